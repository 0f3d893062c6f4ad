// DuckDB, from the npm package @duckdb/node-api: makes a table of its own from a CSV file, or writes that table.
//
// Usage: node duckdb.mjs MODULES load DB CSV       MODULES: the folder that has node_modules
//        node duckdb.mjs MODULES copy DB csv|json FILE
//        node duckdb.mjs MODULES version
// copy prints {"wall_s": seconds}, of the COPY alone.
import { createRequire } from 'node:module';
import path from 'node:path';

const columns = {
  id: 'BIGINT', event_id: 'VARCHAR', project_id: 'BIGINT', timestamp: 'VARCHAR', level: 'VARCHAR', title: 'VARCHAR',
  transaction_name: 'VARCHAR', user_email: 'VARCHAR', duration: 'DOUBLE', count: 'BIGINT', release: 'VARCHAR',
  environment: 'VARCHAR',
};

const [modules, action, db, ...rest] = process.argv.slice(2);
const require = createRequire(path.resolve(modules) + path.sep);
const { DuckDBInstance, version } = require('@duckdb/node-api');

const quoted = (text) => `'${text.replaceAll("'", "''")}'`;

async function connect(options) {
  const instance = await DuckDBInstance.create(db, { threads: '2', ...options });
  return instance.connect();
}

if (action === 'version') {
  console.log(version());
} else if (action === 'load') {
  const connection = await connect({});
  const types = Object.entries(columns).map(([name, type]) => `${quoted(name)}: ${quoted(type)}`).join(', ');
  await connection.run(`CREATE TABLE events AS FROM read_csv(${quoted(rest[0])}, header = true, delim = ',', quote = '"',
                                                            escape = '"', columns = {${types}})`);
  await connection.run('CHECKPOINT');
} else {
  const connection = await connect({ access_mode: 'READ_ONLY' });
  const [format, file] = rest;
  const options = format === 'csv' ? 'FORMAT csv, HEADER' : 'FORMAT json';
  const begin = performance.now();
  await connection.run(`COPY events TO ${quoted(file)} (${options})`);
  console.log(JSON.stringify({ wall_s: (performance.now() - begin) / 1000 }));
}

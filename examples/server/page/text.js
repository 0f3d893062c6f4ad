// How values of the API read on the page.

const numbers = new Intl.NumberFormat();
const local = new Intl.DateTimeFormat(undefined, {dateStyle: 'long', timeStyle: 'short'});
const zone = new Intl.DateTimeFormat(undefined, {timeZoneName: 'short'});
const relative = new Intl.RelativeTimeFormat(undefined, {numeric: 'auto'});

export const formatName = (record) => String(record.format ?? 'csv').toUpperCase();

export function rowsText(rows) {
    return rows === 1 ? '1 row' : `${numbers.format(rows)} rows`;
}

/** In units of 1000 bytes, as file managers show sizes. */
export function bytesText(bytes) {
    const units = ['bytes', 'kB', 'MB', 'GB', 'TB'];
    let unit = 0;
    let value = bytes;
    while (value >= 999.5 && unit < units.length - 1) {
        value /= 1000;
        unit += 1;
    }
    const digits = unit === 0 || value >= 99.5 ? 0 : 1;
    return `${numbers.format(Number(value.toFixed(digits)))} ${bytes === 1 ? 'byte' : units[unit]}`;
}

/** In the reader's time zone, which is named. */
export function localTime(iso) {
    const date = new Date(iso);
    const name = zone.formatToParts(date).find((part) => part.type === 'timeZoneName');
    return `${local.format(date)} ${name ? name.value : ''}`.trim();
}

/** `3 minutes ago`, `in 27 days`. */
export function fromNow(iso, now = Date.now()) {
    const seconds = (new Date(iso).getTime() - now) / 1000;
    const steps = [['year', 31557600], ['month', 2629800], ['day', 86400], ['hour', 3600], ['minute', 60]];
    for (const [unit, size] of steps) {
        if (Math.abs(seconds) >= size) return relative.format(seconds > 0 ? Math.round(seconds / size) : Math.trunc(seconds / size), unit);
    }
    return seconds < 0 ? 'just now' : 'in less than a minute';
}

export const kindOf = (record) => record.query?.type ?? 'Issues-by-Tag';
const infoOf = (record) => record.query?.info ?? {};
const list = (value) => (Array.isArray(value) ? value : value == null ? [] : [value]).map(String);

export function columnsOf(record) {
    const info = infoOf(record);
    return [...list(info.field), ...list(info.equations).map((text) => `equation|${text}`)];
}

/** One line that tells an export from others. */
export function titleOf(record) {
    const info = infoOf(record);
    if (kindOf(record) === 'Discover') return info.query ? `Events with ${info.query}` : 'All events';
    return info.key && info.group ? `Values of ${info.key} in issue ${info.group}` : kindOf(record);
}

/** What was asked for, as pairs of name and text. */
export function requestOf(record) {
    const info = infoOf(record);
    const projects = list(info.project);
    const pairs = kindOf(record) === 'Discover' ? [
        ['Columns', columnsOf(record).join(', ')],
        ['Search', info.query],
        ['From', info.start && `${utc(info.start)}`],
        ['Until', info.end && `${utc(info.end)}`],
        ['Sorted by', list(info.sort).join(', ')],
    ] : [
        ['Tag', info.key],
        ['Issue', info.group],
    ];
    pairs.push([projects.length === 1 ? 'Project' : 'Projects', projects.length > 8 ? `${projects.length} projects` : projects.join(', ')]);
    pairs.push(['Environment', list(info.environment).join(', ')]);
    return pairs.filter(([, text]) => text != null && text !== '').map(([name, text]) => [name, String(text)]);
}

function utc(iso) {
    return String(iso).replace('T', ' ').replace(/\+00:00$|Z$/, '') + ' UTC';
}

/** The address of the form, filled with what was asked for. */
export function openInDiscover(slug, record) {
    const info = infoOf(record);
    const query = new URLSearchParams();
    for (const name of columnsOf(record)) query.append('field', name);
    for (const key of ['query', 'start', 'end', 'sort', 'project', 'environment', 'dataset']) {
        for (const value of list(info[key])) query.append(key, value);
    }
    if (record.format) query.set('format', record.format);
    return `/organizations/${encodeURIComponent(slug)}/discover/results/?${query}`;
}

/** Where a new export like an old one begins. */
export function startAgain(slug, record) {
    const kind = kindOf(record);
    const place = kind === 'Discover' ? 'discover/queries/' : kind === 'Issues-by-Tag' ? 'issues/' : 'data-export/';
    return `/organizations/${encodeURIComponent(slug)}/${place}`;
}

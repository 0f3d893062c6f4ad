// The list of exports, and the form for a new one.

import {Exports, Polling, cursors} from '/assets/api.js';
import {byId, element, setText, timeElement} from '/assets/dom.js';
import {ExportForm} from '/assets/export_form.js';
import {act, askToRemove, openShell, place, say, trouble} from '/assets/shell.js';
import {bytesText, formatName, fromNow, localTime, rowsText, titleOf, columnsOf} from '/assets/text.js';

const pageSize = 20;
const {slug, home, rest} = place();
const exports = new Exports(slug);
const cursor = new URLSearchParams(location.search).get('cursor');

const statusNames = {EARLY: 'Working', VALID: 'Ready', EXPIRED: 'Expired', FAILED: 'Failed'};

/** One export in the list. It changes in place, so that the focus and a reader's position stay. */
class Row {
    constructor(record) {
        this.title = element('a', {class: 'title', href: `${home}${encodeURIComponent(record.id)}/`});
        this.columns = element('p', {class: 'quiet code cut'});
        this.facts = element('p', {class: 'quiet facts'});
        this.status = element('span', {class: 'status'});
        this.bar = element('div', {class: 'bar', role: 'progressbar', 'aria-label': 'Progress', hidden: true});
        this.actions = element('div', {class: 'actions'});
        this.node = element('li', {class: 'card export', 'data-id': record.id},
            element('div', {class: 'what'}, element('h2', {}, this.title), this.columns, this.facts, this.bar),
            this.status, this.actions);
    }

    update(record, userId) {
        const before = this.record;
        this.record = record;
        setText(this.title, titleOf(record));
        setText(this.columns, columnsOf(record).join(', '));
        this.columns.hidden = this.columns.textContent === '';
        const size = `${rowsText(record.progress.rows)}${record.progress.bytes ? `, ${bytesText(record.progress.bytes)}` : ''}`;
        const early = record.status === 'EARLY';
        const texts = [[formatName(record), record.compression].filter(Boolean).join(' + '), early ? `${size} so far` : size];
        if (record.user && record.user.id !== userId) texts.push(record.user.username);
        if (record.status === 'FAILED' && record.error) texts.push(record.error.detail);
        if (record.warnings?.length > 0) texts.push('with warnings');
        const facts = `${texts.join(' · ')} · `;
        if (this.facts.firstChild?.textContent !== facts) {
            const time = timeElement(record.dateCreated, fromNow(record.dateCreated));
            time.title = localTime(record.dateCreated);
            this.facts.replaceChildren(facts, time);
        }
        setText(this.status, statusNames[record.status] ?? record.status);
        this.status.dataset.status = record.status;
        this.bar.hidden = !early;
        this.bar.setAttribute('aria-valuetext', `${rowsText(record.progress.rows)} so far`);
        if (before?.status !== record.status) this.showActions(record);
        return before !== undefined && JSON.stringify(before) !== JSON.stringify(record);
    }

    showActions(record) {
        const focused = this.actions.contains(document.activeElement);
        const named = (text) => ({'aria-label': `${text}: ${titleOf(record)}, ${localTime(record.dateCreated)}`});
        const button = (text, onclick) => element('button', {type: 'button', class: 'button small', onclick, ...named(text)}, text);
        this.actions.replaceChildren(...[
            record.status === 'VALID' && element('a',
                {class: 'button small soft', href: exports.downloadPath(record.id), ...named('Download')}, 'Download'),
            record.status === 'FAILED' && button('Retry', () => retry(this)),
            button(record.status === 'EARLY' ? 'Cancel' : 'Delete', () => remove(this)),
        ].filter(Boolean));
        if (focused) this.title.focus();
    }
}

const rows = new Map();
const started = new Set(); // what was asked for here; its end is told even if the list never saw its beginning
let userId = null;
let known = false;

/** Brings the list up to date. @return whether anything changed */
function render(records) {
    let changed = false;
    const list = byId('exports');
    const ids = new Set(records.map((record) => String(record.id)));
    for (const [id, row] of rows) {
        if (ids.has(id)) continue;
        row.node.remove();
        rows.delete(id);
        changed = true;
    }
    records.forEach((record, index) => {
        let row = rows.get(String(record.id));
        const before = row?.record.status ?? (started.has(String(record.id)) ? 'EARLY' : null);
        if (!row) {
            row = new Row(record);
            rows.set(String(record.id), row);
            changed = true;
        }
        if (row.update(record, userId)) changed = true;
        if (list.children[index] !== row.node) list.insertBefore(row.node, list.children[index] ?? null);
        if (before === 'EARLY' && record.status === 'VALID') say(`Ready: ${titleOf(record)}, ${rowsText(record.progress.rows)}.`);
        if (before === 'EARLY' && record.status === 'FAILED') say(`Failed: ${titleOf(record)}.`);
    });
    byId('empty').hidden = records.length > 0;
    byId('region').setAttribute('aria-busy', 'false');
    return changed;
}

function showPages(headers) {
    const {previous, next} = cursors(headers.get('Link'));
    const hits = Number(headers.get('X-Hits'));
    const link = (text, to, rel) => (to ? element('a', {class: 'button small', rel, href: `${home}?${new URLSearchParams({cursor: to})}`}, text) : null);
    const shown = [previous, next, hits].join();
    if (byId('pages').dataset.shown === shown) return;
    byId('pages').dataset.shown = shown;
    byId('pages').replaceChildren(...[link('Newer', previous, 'prev'),
        element('span', {class: 'quiet'}, hits === 1 ? '1 export' : `${hits} exports`), link('Older', next, 'next')].filter(Boolean));
    byId('pages').hidden = !(hits > 0);
}

async function refresh() {
    const answer = await exports.list(cursor ? {per_page: pageSize, cursor} : {per_page: pageSize});
    const changed = render(answer.json);
    showPages(answer.headers);
    const live = answer.json.some((record) => record.status === 'EARLY');
    const news = changed || !known;
    known = true;
    return live ? (news ? 'new' : 'same') : 'done';
}

const showTrouble = trouble(byId('trouble'));
const polling = new Polling(refresh, (error, next) => {
    if (error !== null) byId('region').setAttribute('aria-busy', 'false');
    showTrouble(error, next);
});

/** What a row's button does; the list tells what is so now. */
async function change(action) {
    await act(action);
    await polling.now();
}

async function remove(row) {
    const record = row.record;
    if (!(await askToRemove(record))) return;
    const neighbour = row.node.nextElementSibling ?? row.node.previousElementSibling;
    await change(async () => {
        await exports.remove(record.id);
        say(record.status === 'EARLY' ? 'The export was cancelled.' : 'The export was deleted.');
    });
    if (!row.node.isConnected) (neighbour?.querySelector('.title') ?? document.querySelector('h1')).focus();
}

function retry(row) {
    return change(async () => {
        await exports.retry(row.record.id);
        say('Trying again.');
    });
}

function toggleForm(open) {
    byId('composer').hidden = !open;
    byId('new').setAttribute('aria-expanded', open);
    (open ? byId('form').querySelector('[name=query_type]:checked') : byId('new')).focus();
}

/** What to say of a request that was accepted. A file that is there already is downloaded. */
function announce({status, json: record}) {
    if (record.fileName) {
        element('a', {href: exports.downloadPath(record.id), download: record.fileName}).click();
        return say(`Downloading ${record.fileName}.`);
    }
    started.add(String(record.id));
    say(status === 201 ? 'Started. You get a mail when it is ready.' : 'An equal export is being made already.');
}

function created(answer) {
    toggleForm(false);
    announce(answer);
    if (cursor) return location.assign(home);
    history.replaceState(null, '', home);
    polling.now();
}

/** Keeps what was typed while the user logs in again; for others there is nothing. */
function keepOverLogin(form) {
    const kept = JSON.parse(sessionStorage.getItem('draft'));
    sessionStorage.removeItem('draft');
    if (kept?.userId === userId) {
        form.entries = kept.entries;
        if (kept.open) toggleForm(true);
    }
    document.addEventListener('loggedout', () => {
        sessionStorage.setItem('draft', JSON.stringify({userId, open: !byId('composer').hidden, entries: form.entries}));
    });
}

async function main() {
    byId('new').addEventListener('click', () => toggleForm(byId('composer').hidden));
    byId('close').addEventListener('click', () => toggleForm(false));
    const session = await openShell(slug);
    userId = session.user.id;
    const form = new ExportForm(exports, session.organizations.find((each) => each.slug === slug), created);
    if (rest[0] === 'issues') form.beginWith('Issues-by-Tag');
    if (rest.join('/') === 'discover/results') form.fill(new URLSearchParams(location.search));
    if (rest[0] !== 'data-export') toggleForm(true);
    keepOverLogin(form);
    await polling.now();
}

main();

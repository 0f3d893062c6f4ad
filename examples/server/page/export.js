// One export: how far it is, its file, or what became of it.

import {Exports, Polling} from '/assets/api.js';
import {byId, element, setText, timeElement} from '/assets/dom.js';
import {act, askToRemove, openShell, place, say, trouble} from '/assets/shell.js';
import {bytesText, formatName, fromNow, kindOf, localTime, openInDiscover, requestOf, rowsText, startAgain} from '/assets/text.js';

const {slug, home, rest} = place();
const id = rest[1];
const exports = new Exports(slug);
const state = byId('state');

let shown = null; // what is on the page: a status, or 'error'
let last = null;

const heading = (text) => element('h1', {tabindex: '-1'}, text);
const lead = (...children) => element('p', {class: 'lead'}, ...children);
const button = (text, onclick, look = '') => element('button', {type: 'button', class: `button ${look}`, onclick}, text);
const link = (text, href, look = '') => element('a', {class: `button ${look}`, href}, text);

function requestBlock(record) {
    const list = element('dl', {class: 'facts-list'});
    for (const [name, text] of requestOf(record)) {
        list.append(element('div', {}, element('dt', {}, name), element('dd', {class: 'code'}, text)));
    }
    return element('section', {class: 'part'}, element('h2', {}, 'What was asked for'), list);
}

function warningsBlock(record) {
    if (!record.warnings?.length) return null;
    return element('section', {class: 'notice warn'}, element('h2', {}, 'Good to know'),
        element('ul', {}, ...record.warnings.map((warning) => element('li', {}, String(warning.detail ?? warning)))));
}

const openLink = (record, look) => (kindOf(record) === 'Discover' ? link('Open in Discover', openInDiscover(slug, record), look) : null);

const progressText = (record) => `${rowsText(record.progress.rows)} so far${record.progress.bytes ? `, ${bytesText(record.progress.bytes)}` : ''}`;

function early(record) {
    return [heading('What are you doing here?'),
        lead('You are early – or were you invited? Your export is still being made. You get a mail when it is ready, and this page shows it too.'),
        element('div', {class: 'bar', role: 'progressbar', 'aria-label': 'Progress', 'aria-valuetext': progressText(record)}),
        element('p', {class: 'progress', id: 'progress'}, progressText(record)),
        element('div', {class: 'actions'}, button('Cancel', remove)), requestBlock(record)];
}

function checksumBlock(record) {
    if (!record.checksum) return null;
    const copy = navigator.clipboard && button('Copy', async () => {
        await navigator.clipboard.writeText(record.checksum);
        say('The checksum was copied.');
    }, 'small');
    return element('section', {class: 'part'},
        element('h2', {}, `${String(record.checksumAlgorithm ?? 'sha256').toUpperCase().replace(/^SHA(\d)/, 'SHA-$1')} of the file`),
        element('div', {class: 'checksum'}, element('code', {id: 'checksum'}, record.checksum), copy || null));
}

function valid(record) {
    const size = [record.fileName, rowsText(record.progress.rows), bytesText(record.progress.bytes)].filter(Boolean).join(' · ');
    return [heading('All done.'), lead('Your export is ready.'),
        element('div', {class: 'actions'},
            link(`Download ${formatName(record)}`, exports.downloadPath(id), 'primary large'), openLink(record, 'large')),
        element('p', {class: 'quiet wrap'}, size),
        record.dateExpired && element('p', {}, 'The file can be downloaded until ',
            element('strong', {}, timeElement(record.dateExpired, localTime(record.dateExpired))), ` (${fromNow(record.dateExpired)}).`),
        warningsBlock(record), checksumBlock(record), requestBlock(record),
        element('div', {class: 'actions end'}, button('Delete', remove))];
}

function expired(record) {
    return [heading('This is awkward.'),
        lead('The file of this export has expired and is gone. What was asked for is still known, so a new one is quickly made.'),
        record.dateExpired && element('p', {class: 'quiet'}, 'It expired on ', timeElement(record.dateExpired, localTime(record.dateExpired)), '.'),
        element('div', {class: 'actions'}, link('Start a New Download', startAgain(slug, record), 'primary'), openLink(record), button('Delete', remove)),
        requestBlock(record)];
}

function failed(record) {
    return [heading('This did not work.'), lead('The export failed, for this reason:'),
        element('p', {class: 'notice bad', id: 'reason'}, record.error?.detail ?? 'The reason is not known.'),
        record.progress.rows > 0 && element('p', {class: 'quiet'}, `${progressText(record)}. A retry goes on from there.`),
        element('div', {class: 'actions'}, button('Retry', retry, 'primary'), openLink(record), button('Delete', remove)),
        requestBlock(record)];
}

const views = {EARLY: early, EXPIRED: expired, FAILED: failed};

/** Puts a view on the page. Those who were using the old one go on at the heading of the new one. */
function replace(name, children) {
    const focused = state.contains(document.activeElement);
    state.dataset.state = name;
    state.replaceChildren(...children.filter(Boolean));
    state.setAttribute('aria-busy', 'false');
    if (focused) state.querySelector('h1').focus();
    if (shown !== null) say(state.querySelector('h1').textContent);
    shown = name;
}

/** @return whether anything changed */
function render(record) {
    const before = JSON.stringify(last);
    last = record;
    if (shown === 'EARLY' && record.status === 'EARLY') {
        setText(byId('progress'), progressText(record));
        state.querySelector('.bar').setAttribute('aria-valuetext', progressText(record));
    } else if (shown !== record.status) {
        replace(record.status, (views[record.status] ?? valid)(record));
    }
    return before !== JSON.stringify(record);
}

function renderError(error) {
    const hint = error.status === 404 ? 'There is no such export, or it is not yours to see.' : null;
    replace('error', [heading(error.title), error.detail ?? hint ? lead(error.detail ?? hint) : null,
        element('div', {class: 'actions'}, button('Try again', () => polling.now()), link('All exports', home))]);
}

const showTrouble = trouble(byId('trouble'));
const polling = new Polling(async () => {
    const changed = render((await exports.details(id)).json);
    return last.status !== 'EARLY' ? 'done' : changed ? 'new' : 'same';
}, (error, next) => {
    if (error !== null && (last === null || next === null)) {
        renderError(error);
    } else {
        showTrouble(error, next);
    }
});

async function remove() {
    if (!(await askToRemove(last))) return;
    await polling.stop(); // of what is gone, nobody asks
    await act(async () => {
        try {
            await exports.remove(id);
        } catch (error) {
            polling.now();
            throw error;
        }
        location.assign(home);
    });
}

function retry() {
    return act(async () => {
        render((await exports.retry(id)).json);
        await polling.now();
    });
}

byId('back').href = home;
openShell(slug);
polling.now();

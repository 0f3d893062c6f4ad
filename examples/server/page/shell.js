// What the pages share: the bar at the top, messages, questions, and what a place in the address means.

import {ApiError, call} from '/assets/api.js';
import {byId, element, setText} from '/assets/dom.js';

const homeOf = (slug) => `/organizations/${encodeURIComponent(slug)}/data-export/`;

/** `/organizations/{slug}/...`: the slug, where its exports are listed, and the rest as segments. */
export function place() {
    const [, , slug, ...rest] = location.pathname.split('/').map(decodeURIComponent);
    return {slug, home: homeOf(slug), rest: rest.filter((part) => part !== '')};
}

async function logOut() {
    await call('/auth/logout', {method: 'POST'});
    location.assign('/auth/login');
}

function organizationChoice(session, slug) {
    if (session.organizations.length < 2) return element('span', {class: 'organization'}, slug);
    const choice = element('select', {class: 'organization', 'aria-label': 'Organization'});
    for (const each of session.organizations) {
        choice.append(element('option', {value: each.slug, selected: each.slug === slug}, each.slug));
    }
    if (choice.value !== slug) choice.prepend(element('option', {value: slug, selected: true}, slug));
    choice.addEventListener('change', () => location.assign(homeOf(choice.value)));
    return choice;
}

/** Who is logged in. What the page shows does not rest on it, so that it goes on without an answer. */
async function readSession() {
    try {
        return (await call('/auth/session')).json;
    } catch (error) {
        if (!(error instanceof ApiError)) throw error;
        return {user: {id: null, username: ''}, organizations: []};
    }
}

/** Fills the bar. @return who is logged in. */
export async function openShell(slug) {
    document.body.append(element('div', {class: 'messages', id: 'messages', role: 'status', 'aria-live': 'polite'}));
    const top = byId('top');
    top.append(element('a', {class: 'brand', href: homeOf(slug)},
        element('img', {src: '/assets/icon.svg', alt: '', width: 24, height: 24}), 'Download Center'));
    const session = await readSession();
    top.append(organizationChoice(session, slug), element('span', {class: 'gap'}),
        element('span', {class: 'user'}, session.user.username),
        element('button', {class: 'button small', type: 'button', onclick: logOut}, 'Log out'));
    return session;
}

/** A message that goes away by itself; screen readers say it. */
export function say(text) {
    const message = element('p', {class: 'message'}, text);
    byId('messages').replaceChildren(message);
    setTimeout(() => message.remove(), 8000);
}

/** Does what a button stands for; a refusal is shown. */
export async function act(action) {
    try {
        await action();
    } catch (error) {
        if (!(error instanceof ApiError)) throw error;
        say(error.text);
    }
}

/** Asks before something that cannot be undone. The focus goes back to where it was. @return a promise of the answer. */
export function ask(question, explanation, action) {
    const yes = element('button', {class: 'button danger', value: 'yes'}, action);
    const no = element('button', {class: 'button', value: 'no'}, 'Keep it');
    const dialog = element('dialog', {'aria-labelledby': 'question', 'aria-describedby': 'explanation'},
        element('form', {method: 'dialog'}, element('h2', {id: 'question'}, question),
            element('p', {id: 'explanation'}, explanation), element('div', {class: 'actions'}, no, yes)));
    document.body.append(dialog);
    return new Promise((resolve) => {
        dialog.addEventListener('close', () => {
            dialog.remove();
            resolve(dialog.returnValue === 'yes');
        });
        dialog.showModal();
        no.focus();
    });
}

export function askToRemove(record) {
    return record.status === 'EARLY'
        ? ask('Cancel this export?', 'What was made so far is thrown away.', 'Cancel it')
        : ask('Delete this export?', 'Its file cannot be downloaded any more.', 'Delete it');
}

/** Says in `node` that the server cannot be asked, and when it is asked again. */
export function trouble(node) {
    return (error, next) => {
        const again = error === null || next === null ? '' : ` Trying again in ${Math.max(1, Math.round(next / 1000))} s.`;
        const text = (error?.text ?? '') + again;
        setText(node, text);
        node.hidden = text === '';
    };
}

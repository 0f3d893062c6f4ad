import {byId, setText} from '/assets/dom.js';

/** Where to go after logging in: a place of this site, whatever the address says. */
function destination() {
    const next = new URLSearchParams(location.search).get('next') ?? '/';
    if (!URL.canParse(next, location.origin)) return '/';
    const wanted = new URL(next, location.origin);
    return wanted.origin === location.origin ? wanted.href : '/';
}

const problem = byId('token-problem');
const token = byId('token');
const button = document.querySelector('button');

function reject(text) {
    setText(problem, text);
    token.setAttribute('aria-invalid', 'true');
    token.select();
    token.focus();
}

byId('login').addEventListener('submit', async (event) => {
    event.preventDefault();
    if (button.disabled) return;
    if (token.value === '') return reject('Enter your access token.');
    button.disabled = true;
    try {
        const response = await fetch('/auth/login', {method: 'POST', body: new URLSearchParams({token: token.value})});
        if (response.ok) return location.replace(destination());
        const body = await response.json().catch(() => null);
        reject(typeof body?.detail === 'string' ? body.detail : 'Something went wrong. Please try again.');
    } catch {
        reject('The server cannot be reached.');
    } finally {
        button.disabled = false;
    }
});

// Calls of the export API.

/** An answer that is an error, or none at all (status 0). */
export class ApiError extends Error {
    constructor(status, statusText, body, retryAfter) {
        super(statusText);
        this.status = status;
        this.statusText = statusText;
        this.body = body;
        this.retryAfter = retryAfter;
    }

    /** What went wrong, in the server's words if there are any. */
    get detail() {
        return typeof this.body?.detail === 'string' ? this.body.detail : null;
    }

    get title() {
        return this.status === 0 ? this.statusText : `${this.status} - ${this.statusText}`;
    }

    /** All that there is to say of it. */
    get text() {
        return [`${this.title}.`, this.detail].filter(Boolean).join(' ');
    }
}

const statusTexts = {400: 'Bad Request', 403: 'Forbidden', 404: 'Not Found', 409: 'Conflict', 413: 'Payload Too Large',
    429: 'Too Many Requests', 500: 'Internal Server Error', 502: 'Bad Gateway', 503: 'Service Unavailable'};

/** The delay that an answer asks for (RFC 9110, section 10.2.3) in milliseconds, or null. */
function retryAfter(headers) {
    const text = headers.get('Retry-After');
    if (text == null) return null;
    const delay = /^\d+$/.test(text) ? Number(text) * 1000 : new Date(text).getTime() - Date.now();
    return Number.isFinite(delay) ? Math.max(delay, 0) : null;
}

/**
 * One call. Whoever is not logged in is sent to do so, and comes back; before that, the document gets the event
 * `loggedout`, for those who have something to keep. @throws {ApiError}
 */
export async function call(path, {method = 'GET', body} = {}) {
    const options = {method, cache: 'no-store', redirect: 'error', headers: {Accept: 'application/json'}};
    if (body !== undefined) {
        options.headers['Content-Type'] = 'application/json';
        options.body = JSON.stringify(body);
    }
    let response;
    let text;
    try {
        response = await fetch(path, options);
        text = await response.text();
    } catch {
        throw new ApiError(0, 'No answer', {detail: 'The server cannot be reached.'}, null);
    }
    let json = null;
    try {
        json = text === '' ? null : JSON.parse(text);
    } catch {
        // an answer of something in between, such as a proxy
    }
    if (response.status === 401) {
        document.dispatchEvent(new Event('loggedout'));
        location.assign(`/auth/login?next=${encodeURIComponent(location.pathname + location.search)}`);
        await new Promise(() => {}); // the page is left
    }
    if (!response.ok) {
        const statusText = response.statusText || statusTexts[response.status] || 'Error';
        throw new ApiError(response.status, statusText, json, retryAfter(response.headers));
    }
    return {status: response.status, headers: response.headers, json};
}

/** The exports of an organization. */
export class Exports {
    constructor(slug) {
        this.path = `/api/0/organizations/${encodeURIComponent(slug)}/data-export/`;
    }

    pathOf(id) {
        return `${this.path}${encodeURIComponent(id)}/`;
    }

    list(query) {
        return call(`${this.path}?${new URLSearchParams(query)}`);
    }

    details(id) {
        return call(this.pathOf(id));
    }

    create(request, environment) {
        const query = environment ? `?${new URLSearchParams({environment})}` : '';
        return call(this.path + query, {method: 'POST', body: request});
    }

    remove(id) {
        return call(this.pathOf(id), {method: 'DELETE'});
    }

    retry(id) {
        return call(`${this.pathOf(id)}retry/`, {method: 'POST'});
    }

    downloadPath(id) {
        return `${this.pathOf(id)}?download=true`;
    }
}

/** The cursors of a `Link` header that lead somewhere: {previous, next}. */
export function cursors(header) {
    const found = {};
    for (const [, parameters] of (header ?? '').matchAll(/<[^>]*>((?:\s*;\s*[\w-]+="[^"]*")*)/g)) {
        const link = Object.fromEntries([...parameters.matchAll(/([\w-]+)="([^"]*)"/g)].map(([, key, value]) => [key, value]));
        if (link.results === 'true' && link.rel && link.cursor) found[link.rel] = link.cursor;
    }
    return found;
}

/**
 * Does a step again and again: soon while there is something new, less and less often otherwise, not at all while the
 * page is hidden, and not before a server that asked for a pause. The step answers 'new', 'same' or 'done'.
 */
export class Polling {
    static first = 1000;
    static longest = 15000;

    constructor(step, onTrouble) {
        this.step = step;
        this.onTrouble = onTrouble;
        this.delay = Polling.first;
        this.timer = null;
        this.running = null; // the promise of the step under way
        this.again = false;
        this.stopped = false;
        this.notBefore = 0;
        document.addEventListener('visibilitychange', () => {
            if (!document.hidden && this.timer === 'hidden') this.schedule(0);
        });
    }

    /** Does a step now, or as soon as the one under way has ended. */
    async now() {
        this.stopped = false;
        if (this.running) {
            this.again = true;
            return;
        }
        this.running = this.run();
        await this.running;
    }

    /** Does no more steps until `now`. @return a promise of the end of the one under way. */
    async stop() {
        clearTimeout(this.timer);
        this.timer = null;
        this.again = false;
        this.stopped = true;
        await this.running;
    }

    async run() {
        clearTimeout(this.timer);
        this.timer = null;
        let next;
        try {
            const news = await this.step();
            this.onTrouble(null);
            this.delay = news === 'new' ? Polling.first : Math.min(this.delay * 1.6, Polling.longest);
            next = news === 'done' ? null : this.delay;
        } catch (error) {
            if (!(error instanceof ApiError)) throw error;
            const lasting = error.status >= 400 && error.status < 500 && error.status !== 429 && error.status !== 408;
            this.delay = Math.min(this.delay * 2, Polling.longest);
            next = lasting ? null : error.retryAfter ?? this.delay;
            this.notBefore = Date.now() + (error.retryAfter ?? 0);
            this.onTrouble(error, next);
        } finally {
            this.running = null;
        }
        if (this.again) {
            this.again = false;
            next = 0;
        }
        if (next !== null && !this.stopped) this.schedule(next);
    }

    schedule(delay) {
        this.timer = setTimeout(() => {
            if (document.hidden) {
                this.timer = 'hidden';
            } else {
                this.now();
            }
        }, Math.max(delay, this.notBefore - Date.now()));
    }
}

// The form for a new export.

import {ApiError} from '/assets/api.js';
import {byId, element, setText, show} from '/assets/dom.js';
import {problems} from '/assets/problems.js';

const common = ['id', 'timestamp', 'title', 'level', 'project', 'transaction', 'environment', 'release', 'message', 'count()'];

const lines = (text) => text.split('\n').map((line) => line.trim()).filter((line) => line !== '');

/** `2026-01-31T12:00`, as the browser gives it, or any ISO time in UTC, as `2026-01-31T12:00:00`. */
function wholeSeconds(time) {
    const bare = time.replace(/(\.\d+)?(\+00:00|Z)?$/, '');
    return bare.length === 16 ? `${bare}:00` : bare;
}

export class ExportForm {
    /** @param onCreated is told the answer to a request that was accepted. */
    constructor(exports, organization, onCreated) {
        this.exports = exports;
        this.onCreated = onCreated;
        this.form = byId('form');
        this.submit = byId('submit');
        this.dataset = null;
        this.pending = false;
        this.offerChoices(organization);
        this.form.addEventListener('submit', (event) => {
            event.preventDefault();
            this.send();
        });
        this.form.addEventListener('input', () => this.arrange());
        this.arrange();
    }

    offerChoices(organization) {
        for (const {id, slug} of organization?.projects ?? []) {
            byId('project-list').append(element('label', {},
                element('input', {type: 'checkbox', name: 'project', value: id}), element('span', {}, slug)));
            byId('tag-project').append(element('option', {value: id}, slug));
        }
        for (const name of organization?.environments ?? []) byId('environment').append(element('option', {value: name}, name));
        for (const name of common) {
            byId('suggestions').append(element('button',
                {type: 'button', class: 'chip code', 'aria-pressed': 'false', onclick: () => this.toggleColumn(name)}, name));
        }
    }

    toggleColumn(name) {
        const columns = lines(byId('field').value);
        const others = columns.filter((each) => each !== name);
        byId('field').value = (others.length < columns.length ? others : [...columns, name]).join('\n');
        this.arrange();
    }

    get kind() {
        return this.form.elements.query_type.value;
    }

    get projects() {
        return [...this.form.querySelectorAll('[name=project]:checked')];
    }

    /** Shows what belongs to the choices that were made. */
    arrange() {
        for (const part of this.form.querySelectorAll('[data-kind]')) part.hidden = part.dataset.kind !== this.kind;
        byId('between').hidden = byId('period').value !== '';
        const columns = lines(byId('field').value);
        for (const chip of byId('suggestions').children) chip.setAttribute('aria-pressed', columns.includes(chip.textContent));
        const chosen = this.projects.map((box) => box.nextElementSibling.textContent);
        setText(byId('projects').querySelector('summary'), chosen.length === 0 ? 'All of mine' : chosen.join(', '));
        if (!this.pending) setText(this.submit, `Export All to ${byId('format').value.toUpperCase()}`);
    }

    /** Fills the form from the parameters of an address. */
    fill(parameters) {
        this.form.elements.query_type.value = 'Discover';
        byId('field').value = parameters.getAll('field').join('\n');
        for (const name of ['query', 'sort']) byId(name).value = parameters.get(name) ?? '';
        const period = parameters.get('statsPeriod');
        const select = byId('period');
        if (parameters.has('start')) {
            select.value = '';
            for (const name of ['start', 'end']) byId(name).value = wholeSeconds(parameters.get(name) ?? '');
        } else if (period) {
            if (![...select.options].some((option) => option.value === period)) {
                select.append(element('option', {value: period}, `Last ${period}`));
            }
            select.value = period;
        }
        const projects = parameters.getAll('project');
        const boxes = [...this.form.querySelectorAll('[name=project]')];
        const all = boxes.every((box) => projects.includes(box.value));
        for (const box of boxes) box.checked = !all && projects.includes(box.value);
        for (const name of ['environment', 'format']) {
            const wanted = parameters.get(name);
            if ([...byId(name).options].some((option) => option.value === wanted)) byId(name).value = wanted;
        }
        this.dataset = parameters.get('dataset');
        this.arrange();
    }

    /** What was typed and chosen, under the names of the controls. */
    get entries() {
        return Object.fromEntries(this.controls().map(([name, control, key]) => [name, control[key]]));
    }

    set entries(entries) {
        for (const [name, control, key] of this.controls()) {
            if (name in entries) control[key] = entries[name];
        }
        this.arrange();
    }

    /** Each control with its name, and the property that tells what was done with it. */
    controls() {
        return [...this.form.querySelectorAll('input, select, textarea')]
            .map((control) => (control.id ? [control.id, control, 'value'] : [`${control.name} ${control.value}`, control, 'checked']));
    }

    beginWith(kind) {
        this.form.elements.query_type.value = kind;
        this.arrange();
    }

    queryInfo() {
        if (this.kind !== 'Discover') {
            return {project: byId('tag-project').value, group: byId('group').value.trim(), key: byId('key').value.trim()};
        }
        const info = {field: lines(byId('field').value), query: byId('query').value.trim()};
        if (byId('period').value !== '') {
            info.statsPeriod = byId('period').value;
        } else {
            for (const name of ['start', 'end']) info[name] = wholeSeconds(byId(name).value);
        }
        const sort = byId('sort').value.trim();
        if (sort !== '') info.sort = sort;
        if (this.projects.length > 0) info.project = this.projects.map((box) => Number(box.value));
        if (byId('environment').value !== '') info.environment = byId('environment').value;
        if (this.dataset) info.dataset = this.dataset;
        return info;
    }

    request() {
        const request = {format: byId('format').value, query_type: this.kind, query_info: this.queryInfo()};
        if (byId('compression').value !== '') request.compression = byId('compression').value;
        const limit = byId('limit').value.trim();
        if (limit !== '') request.limit = limit;
        return request;
    }

    async send() {
        if (this.pending) return;
        const request = this.request();
        const environment = this.kind === 'Discover' ? '' : byId('environment').value;
        this.setPending(true);
        this.showProblems([]);
        try {
            const answer = await this.exports.create(request, environment);
            this.setPending(false);
            this.onCreated(answer);
        } catch (error) {
            if (!(error instanceof ApiError)) throw error;
            this.setPending(false);
            this.showProblems(problems(error, request));
        }
    }

    setPending(pending) {
        this.pending = pending;
        this.submit.disabled = pending;
        if (pending) {
            setText(this.submit, 'Starting…');
        } else {
            this.arrange();
        }
    }

    /** Puts each text at its field, or above all of them, and the focus at the first. */
    showProblems(found) {
        const elsewhere = [];
        const texts = new Map();
        for (const [name, text] of found) {
            const known = name !== null && this.form.querySelector(`[data-field="${CSS.escape(name)}"]`);
            if (known) {
                texts.set(known, [...texts.get(known) ?? [], text]);
            } else {
                elsewhere.push(name === null ? text : `${name}: ${text}`);
            }
        }
        for (const field of this.form.querySelectorAll('[data-field]')) mark(field, texts.get(field));
        show(byId('form-problem'), elsewhere.join(' '));
        const first = elsewhere.length > 0 ? byId('form-problem') : this.form.querySelector('[aria-invalid=true]');
        first?.focus();
    }
}

let marks = 0;

/** Shows what is wrong with a field, and ties it to its controls for those who do not see it. */
function mark(field, texts) {
    const problem = field.querySelector('.problem');
    problem.id ||= `problem-${++marks}`;
    show(problem, texts?.join(' '));
    for (const control of field.querySelectorAll('input:not([type=checkbox]), textarea, select, summary')) {
        const others = (control.getAttribute('aria-describedby') ?? '').split(' ').filter((id) => id && id !== problem.id);
        control.setAttribute('aria-describedby', [...others, ...texts ? [problem.id] : []].join(' '));
        control.setAttribute('aria-invalid', texts !== undefined && control.closest('[hidden]') === null);
    }
}

// Which field of the form an error of the server is about. The API names the fields of the request itself; what is wrong
// inside `query_info` it says in a sentence.

const inTagValues = [
    [/issue|group/i, 'group'],
    [/key/i, 'key'],
    [/project|permission/i, 'tag_project'],
];

const inEvents = [
    [/environment/i, 'environment'],
    [/^(Requested|Invalid) project|permission/, 'project'],
    [/sort by/i, 'sort'],
    [/statsPeriod|start and end|start must be/, 'range'],
    [/at least one field|fields at a time|in field|as a column|Two columns|arithmetic|equation|operations|division by/i, 'field'],
];

function placeOf(text, request) {
    const info = request.query_info;
    if (request.query_type !== 'Discover') return inTagValues.find(([pattern]) => pattern.test(text))?.[1] ?? null;
    const found = inEvents.find(([pattern]) => pattern.test(text));
    if (found) return found[1];
    if (/not supported for exports/.test(text)) return null;
    if ([info.start, info.end].some((time) => time && text.startsWith(time))) return 'range';
    // The rest is about functions, which columns and searches have, or about the search.
    const name = text.split(/[ :]/, 1)[0];
    return /function|argument/.test(text) && info.field.some((column) => column.includes(name)) ? 'field' : 'query';
}

/** What is wrong with `request`: [[field or null, text], ...]. */
export function problems(error, request) {
    const body = error.body;
    if (error.status === 403 && error.detail) return [[placeOf(error.detail, request), error.detail]];
    if (error.status !== 400 || body === null || typeof body !== 'object' || error.detail) {
        return [[null, error.detail ?? `${error.title}.`]];
    }
    const found = [];
    for (const [key, texts] of Object.entries(body)) {
        for (const text of [texts].flat().map(String)) {
            found.push([key === 'non_field_errors' ? placeOf(text, request) : key, text]);
        }
    }
    return found;
}

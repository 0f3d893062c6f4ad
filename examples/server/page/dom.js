// Building the page. Whatever comes from the server goes through here, and becomes text.

/** Makes an element. Children that are texts become text nodes, never markup; null is left out. */
export function element(name, attributes = {}, ...children) {
    const made = document.createElement(name);
    for (const [key, value] of Object.entries(attributes)) {
        if (key === 'onclick') {
            made.addEventListener('click', value);
        } else if (value === true) {
            made.setAttribute(key, '');
        } else if (value !== false && value != null) {
            made.setAttribute(key, value);
        }
    }
    made.append(...children.filter((child) => child != null));
    return made;
}

export const byId = (id) => document.getElementById(id);

/** Changes a text only if it is another one, so that screen readers do not say it again. */
export function setText(node, text) {
    if (node.textContent !== text) node.textContent = text;
}

/** Shows `text` in an element that is hidden without one. */
export function show(node, text) {
    setText(node, text ?? '');
    node.hidden = !text;
}

/** A time: the instant for programs, local time as its text. */
export function timeElement(iso, text) {
    return element('time', {datetime: iso}, text);
}

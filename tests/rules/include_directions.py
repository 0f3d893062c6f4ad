"""Includes point inwards only, and public headers stay free of third parties."""

from source_tree import CORE_LAYERS, ROOT, SUPPORT_LAYERS, adapters, includes, layer, library_files, relative, report

# layer -> the other layers that it may include. What is not named here is an adapter, which may use the core.
ALLOWED = {
    "core": set(),
    "search": {"core"},
    "access": {"core"},
    "ports": {"core", "search"},
    "format": {"core", "ports"},
    "request": {"core", "search", "access", "ports"},
    "sql": {"core", "search", "ports"},
    "assembly": {"core", "ports", "format", "request", "access"},
    "api": {"core", "ports", "access", "request", "format", "assembly"},
    "memory": {"core", "search", "ports", "api/message.hpp"},
    "testing": CORE_LAYERS | {"memory", "client"},
    "client": CORE_LAYERS,
    "http": CORE_LAYERS,
    "smtp": CORE_LAYERS | {"mail"},  # sends what mail/ composes
    "umbrella": CORE_LAYERS,
}
FORBIDDEN_STANDARD = {"regex", "iostream", "format", "expected", "source_location", "ranges"}
THIRD_PARTIES = ("boost/json", "boost/system")


def allowed_layers(own_layer):
    return ALLOWED.get(own_layer, CORE_LAYERS) | {own_layer}


def is_standard(name):
    return "/" not in name and "." not in name


def complaint(path, name):
    """Why a file of the library may not include `name`, or None."""
    own_layer = layer(path)
    if name.startswith("dataexport/"):
        target = name.removeprefix("dataexport/")
        allowed = allowed_layers(own_layer)
        if "/" not in target or target in allowed or target.split("/")[0] in allowed:
            return None if "/" in target or own_layer not in CORE_LAYERS else "the core does not include the umbrella"
        return f"{own_layer}/ may not include it"
    if is_standard(name):
        return "not in a public header" if name in FORBIDDEN_STANDARD and own_layer != "http" else None
    if own_layer == "http" or name.startswith(THIRD_PARTIES):
        return None
    if name == "unistd.h" and path.suffix == ".ipp":  # to read and close native files
        return None
    if name == "sys/wait.h" and path.name == "crash_harness.ipp":
        return None
    return "a third party"


def source_complaint(adapter, name):
    """Why a source file of an adapter may not include `name`, or None."""
    first, _, rest = name.removeprefix("dataexport/").partition("/")
    others = adapters() - allowed_layers(adapter)
    return "another adapter" if rest and first in others and (name.startswith("dataexport/") or first in others) else None


def main():
    findings = []
    files = library_files(".hpp", ".ipp")
    known = set(ALLOWED) | adapters() | SUPPORT_LAYERS
    for path in files:
        if layer(path) not in known:
            findings.append(f"{relative(path)}: the folder {layer(path)}/ is no layer and no adapter")
        for line, name in includes(path):
            if why := complaint(path, name):
                findings.append(f"{relative(path)}:{line}: <{name}>: {why}")
    sources = sorted(path for path in (ROOT / "src").rglob("*") if path.suffix in (".cpp", ".hpp") and path.parent.name != "src")
    for path in sources:
        adapter = path.relative_to(ROOT / "src").parts[0]
        for line, name in includes(path):
            if why := source_complaint(adapter, name):
                findings.append(f"{relative(path)}:{line}: <{name}>: {why}")
    report(findings, len(files) + len(sources))


main()

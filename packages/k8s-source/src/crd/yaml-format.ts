// Imported when it is needed: a daemon in a cluster reads and writes no YAML. A module of its own, because the names of
// a CommonJS package that is imported dynamically are lost in a bundle.
export { parse, stringify } from "yaml";

// Imported when it is needed. A module of its own, because the names of a CommonJS package that is imported dynamically
// are lost in a bundle.
export { parseAllDocuments, stringify } from "yaml";

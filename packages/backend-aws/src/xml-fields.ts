import { XmlError, XmlReader } from "./xml-reader.ts";

/**
 * Reads a document whose root has that name.
 *
 * @param read - is called for each of its children, and reads or skips it
 * @throws {XmlError} if the root has another name, or the document is not well-formed
 */
export function readRoot(text: string, root: string, read: (xml: XmlReader, name: string) => void): void {
  const xml = new XmlReader(text);
  const name = xml.root();
  if (name !== root) throw new XmlError(`its root element is ${name.slice(0, 100)}`);
  readChildren(xml, (child) => read(xml, child));
  xml.end();
}

/**
 * Goes through the children of the innermost open element.
 *
 * @param read - reads or skips the child
 */
export function readChildren(xml: XmlReader, read: (name: string) => void): void {
  for (let name = xml.child(); name !== undefined; name = xml.child()) read(name);
}

/** What is in each `item` of the innermost open element. */
export function readItems<Item>(xml: XmlReader, read: (xml: XmlReader) => Item): Item[] {
  const items: Item[] = [];
  readChildren(xml, (name) => {
    if (name === "item") items.push(read(xml));
    else xml.skip();
  });
  return items;
}

/** @throws {XmlError} if the field is set already: which of the two is meant, nobody knows */
export function set<Target extends object, Key extends keyof Target>(
  target: Target,
  key: Key,
  value: Target[Key],
): void {
  if (target[key] !== undefined) throw new XmlError(`it has ${String(key)} twice`);
  target[key] = value;
}

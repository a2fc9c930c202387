/** The `<item>`s of a list in EC2's XML, those nested in them left in place. */
export function itemsOf(xml: string, list: string): string[] {
  const inner = new RegExp(`<${list}>(.*)</${list}>`, "s").exec(xml)?.[1] ?? "";
  const items: string[] = [];
  let depth = 0;
  let start = 0;
  for (const { 0: tag, index } of inner.matchAll(/<\/?item>/g)) {
    if (tag === "<item>") {
      if (depth === 0) start = index;
      depth += 1;
    } else {
      depth -= 1;
      if (depth === 0) items.push(inner.slice(start, index + tag.length));
    }
  }
  return items;
}

/** The text of the first element of that name. */
export function textOf(xml: string, element: string): string | undefined {
  return new RegExp(`<${element}>([^<]*)</${element}>`).exec(xml)?.[1];
}

/** The XML with other items in that list, and with a token for the next page. */
export function withItems(xml: string, list: string, items: readonly string[], nextToken: string | undefined): string {
  const token = nextToken === undefined ? "" : `<nextToken>${nextToken}</nextToken>`;
  return xml.replace(new RegExp(`<${list}>.*</${list}>`, "s"), () => `<${list}>${items.join("")}</${list}>${token}`);
}

/** EC2's answer to a request that it refuses. */
export function errorXml(code: string, message: string): string {
  return (
    '<?xml version="1.0" encoding="UTF-8"?>' +
    `<Response><Errors><Error><Code>${code}</Code><Message>${message}</Message></Error></Errors>` +
    "<RequestID>00000000-0000-4000-8000-000000000000</RequestID></Response>"
  );
}

import { UsageError } from "../commands/usage-error.ts";
import { type Fields, isFields } from "./manifest-fields.ts";

/**
 * The objects of a file in YAML or JSON: several documents, and what `kubectl get --output yaml` prints of several objects.
 *
 * @param flag - what named the file, for messages
 * @throws {UsageError} if it cannot be read: names the file, and the document
 */
export async function readManifests(flag: string, file: string, text: string): Promise<readonly Fields[]> {
  const { parseAllDocuments } = await import("./yaml-documents.ts");
  const documents = parseAllDocuments(text, { logLevel: "error" });
  const objects: Fields[] = [];
  for (const [index, document] of (Array.isArray(documents) ? documents : []).entries()) {
    const where = `${flag} ${file}, document ${index + 1}`;
    const [error] = document.errors;
    if (error !== undefined) throw new UsageError(`${where} is neither YAML nor JSON: ${firstLineOf(error.message)}`);
    const value: unknown = document.toJS();
    if (value === null) continue;
    for (const object of Array.isArray(value) ? value : [value]) {
      if (!isFields(object) || typeof object["kind"] !== "string") {
        throw new UsageError(`${where} is not an object of Kubernetes: it has no kind`);
      }
      objects.push(...unfold(object));
    }
  }
  return objects;
}

function unfold(object: Fields): readonly Fields[] {
  const { kind, items } = object;
  return typeof kind === "string" && kind.endsWith("List") && Array.isArray(items)
    ? items
        .filter(isFields)
        .map((item) => ({ ...(kind !== "List" && { kind: kind.slice(0, -"List".length) }), ...item }))
    : [object];
}

function firstLineOf(message: string): string {
  return message.split("\n")[0] as string;
}

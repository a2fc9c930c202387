import type { BackendError } from "@k8s-snapshots/backend-api";
import type { AnswerText } from "./answer-text.ts";
import { unexpected } from "./aws-snapshot.ts";
import { XmlReader } from "./xml-reader.ts";

/**
 * That an answer is EC2's to this call, and not the page of a proxy or a portal.
 *
 * @throws {BackendError} `unexpected` if it is not
 */
export function requireAnswerTo(operation: string, body: Pick<AnswerText, "head">): void {
  let root: string;
  try {
    root = new XmlReader(body.head).root();
  } catch {
    throw notAnAnswer(operation, "no XML");
  }
  if (root !== `${operation}Response`) throw notAnAnswer(operation, root.slice(0, 100));
}

/** An answer that is not one to this call. */
export function notAnAnswer(operation: string, what: string): BackendError {
  return unexpected(`${what} instead of ${operation}Response`);
}

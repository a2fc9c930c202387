/**
 * The body of a request, parsed; `undefined` if there is none.
 *
 * @param refusal - makes the error of a body that is no JSON, of what the parser says
 * @throws what `refusal` returns
 */
export function parseBody(text: string, refusal: (reason: string) => Error): unknown {
  if (text === "") return undefined;
  try {
    return JSON.parse(text);
  } catch (error) {
    throw refusal((error as Error).message);
  }
}

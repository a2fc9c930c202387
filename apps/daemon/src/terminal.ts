/** What a command line writes to and reads from. */
export interface Terminal {
  readonly output: NodeJS.WriteStream;
  readonly errors: NodeJS.WritableStream;
  readonly input: NodeJS.ReadableStream;
}

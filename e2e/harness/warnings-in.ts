/**
 * The warnings in what kubectl or helm wrote to standard error, line by line: an API server's, and those of the program itself.
 * What client-go says of requests that it makes again, as on a busy machine, is none.
 */
export function warningsIn(stderr: string): string[] {
  return stderr.split("\n").filter((line) => /\bwarn(ing)?\b/i.test(line) || /^W\d{4} /.test(line));
}

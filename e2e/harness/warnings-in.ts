/**
 * What a program that uses client-go wrote to standard error, line by line. That it waits before it asks again, as on a busy
 * machine, is not a warning.
 */
export function warningsIn(stderr: string): string[] {
  return stderr.split("\n").filter((line) => line !== "" && !line.includes("client-side throttling"));
}

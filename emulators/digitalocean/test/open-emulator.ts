import { onTestFinished } from "vitest";
import {
  type DigitalOceanEmulator,
  type DigitalOceanEmulatorOptions,
  EMULATOR_TOKEN,
  startDigitalOceanEmulator,
} from "../src/start-digitalocean-emulator.ts";

/** What came back. */
export interface Answer {
  readonly status: number;
  readonly headers: Headers;
  // biome-ignore lint/suspicious/noExplicitAny: what is in it is what the tests are about
  readonly body: any;
}

/** An emulator that is closed, and by that checked for violations, when the test ends. */
export async function open(options: DigitalOceanEmulatorOptions = {}): Promise<{
  cloud: DigitalOceanEmulator;
  send: (method: string, path: string, body?: object) => Promise<Answer>;
}> {
  const cloud = await startDigitalOceanEmulator(options);
  onTestFinished(() => cloud.close());
  return { cloud, send: (method, path, body) => request(cloud, method, path, body) };
}

/** Sends a request with a token that is good, if no other is given. */
export async function request(
  { url }: DigitalOceanEmulator,
  method: string,
  path: string,
  body?: object,
  token: string = EMULATOR_TOKEN,
): Promise<Answer> {
  const response = await fetch(`${url}${path}`, {
    method,
    headers: { authorization: `Bearer ${token}` },
    ...(body === undefined ? {} : { body: JSON.stringify(body) }),
  });
  const text = await response.text();
  return {
    status: response.status,
    headers: response.headers,
    body: response.headers.get("content-type")?.startsWith("application/json") ? JSON.parse(text) : text,
  };
}

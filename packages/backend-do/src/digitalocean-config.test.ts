import { expect, it } from "vitest";
import { parseDigitalOceanConfig } from "./digitalocean-config.ts";

it.each([
  [{}, { token: undefined, apiUrl: "https://api.digitalocean.com" }],
  [{ DIGITALOCEAN_ACCESS_TOKEN: "dop_v1_abc\n" }, { token: "dop_v1_abc" }],
  [{ DIGITALOCEAN_ACCESS_TOKEN: " " }, { token: undefined }],
  [{ DIGITALOCEAN_API_URL: "http://127.0.0.1:8080/" }, { apiUrl: "http://127.0.0.1:8080" }],
  [
    { DIGITALOCEAN_API_URL: "https://proxy.example.com/digitalocean/" },
    { apiUrl: "https://proxy.example.com/digitalocean" },
  ],
])("reads %j", (environment, config) => {
  expect(parseDigitalOceanConfig(environment as Record<string, string>)).toMatchObject(config);
});

it.each([
  [{ DIGITALOCEAN_ACCESS_TOKEN: "one two" }, "DIGITALOCEAN_ACCESS_TOKEN"],
  [{ DIGITALOCEAN_ACCESS_TOKEN: "one\ntwo" }, "DIGITALOCEAN_ACCESS_TOKEN"],
  [{ DIGITALOCEAN_API_URL: "api.digitalocean.com" }, "DIGITALOCEAN_API_URL"],
  [{ DIGITALOCEAN_API_URL: "ftp://api.digitalocean.com" }, "DIGITALOCEAN_API_URL"],
  [{ DIGITALOCEAN_API_URL: "https://me:hunter2@api.digitalocean.com" }, "DIGITALOCEAN_API_URL"],
  [{ DIGITALOCEAN_API_URL: "https://api.digitalocean.com?a=b" }, "DIGITALOCEAN_API_URL"],
])("refuses %j, naming the variable and not its value", (environment, variable) => {
  const refused = (): unknown => parseDigitalOceanConfig(environment as Record<string, string>);
  expect(refused).toThrow(variable);
  expect(refused).not.toThrow(Object.values(environment)[0]);
});

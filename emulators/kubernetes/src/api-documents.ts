import type { ServerResponse } from "node:http";
import { acceptsAggregatedDiscovery } from "./answer-format.ts";
import { methodNotAllowed } from "./api-error.ts";
import {
  aggregatedDiscovery,
  coreVersions,
  groupDocument,
  groupList,
  resourceList,
  serverVersion,
} from "./discovery.ts";
import { sendJson, sendText } from "./http-answer.ts";
import { openApiDocument, openApiIndex } from "./open-api.ts";
import type { RequestInfo } from "./request-info.ts";
import type { ResourceDefinition } from "./resource-definition.ts";

const healthChecks: ReadonlySet<string> = new Set(["/healthz", "/readyz", "/livez"]);
const aggregatedType = "application/json;g=apidiscovery.k8s.io;v=v2;as=APIGroupDiscoveryList";

/** Answers requests for what is no resource: discovery, version, health, OpenAPI. */
export function sendDocument(
  info: RequestInfo,
  resources: readonly ResourceDefinition[],
  accept: string | undefined,
  response: ServerResponse,
): void {
  if (info.method !== "GET") throw methodNotAllowed();
  const path = info.path.replace(/\/$/, "");
  if (healthChecks.has(path)) {
    sendText(response, 200, "ok");
    return;
  }
  const document = staticDocument(path, resources) ?? discoveryDocument(path, info, resources);
  if ((path === "/api" || path === "/apis") && acceptsAggregatedDiscovery(accept)) {
    const shown = resources.filter(({ group }) => (group === "") === (path === "/api"));
    sendJson(response, 200, aggregatedDiscovery(shown), aggregatedType, { vary: "Accept" });
  } else if (document === undefined) {
    sendText(response, 404, "404 page not found\n");
  } else {
    sendJson(response, 200, document);
  }
}

function staticDocument(path: string, resources: readonly ResourceDefinition[]): object | undefined {
  if (path === "/version") return serverVersion;
  if (path === "/openapi/v3") return openApiIndex(resources);
  if (path.startsWith("/openapi/v3/")) return openApiDocument(resources, path.slice("/openapi/v3/".length));
  return undefined;
}

function discoveryDocument(
  path: string,
  { group, version }: RequestInfo,
  resources: readonly ResourceDefinition[],
): object | undefined {
  if (path === "/api") return coreVersions();
  if (path === "/apis") return groupList(resources);
  if (group === undefined) return undefined;
  return version === undefined ? groupDocument(resources, group) : resourceList(resources, group, version);
}

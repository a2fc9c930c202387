import { notFound } from "./api-error.ts";
import type { Scope } from "./records.ts";
import { linkTo } from "./resource-form.ts";

const zonesOf: Readonly<Record<string, readonly string[]>> = {
  "europe-west1": ["b", "c", "d"],
  "us-central1": ["a", "b", "c", "f"],
};

/** All zones, or all regions. */
export function listPlaces(project: string, kind: Scope["kind"]): { readonly name: string }[] {
  const regions = Object.keys(zonesOf);
  const names =
    kind === "regions"
      ? regions
      : regions.flatMap((region) => (zonesOf[region] ?? []).map((letter) => `${region}-${letter}`));
  return names.map((name, index) => ({
    kind: kind === "regions" ? "compute#region" : "compute#zone",
    id: String(1000 + index),
    name,
    status: "UP",
    selfLink: linkTo(`projects/${project}/${kind}/${name}`),
    ...(kind === "zones" ? { region: linkTo(`projects/${project}/regions/${name.slice(0, -2)}`) } : {}),
  }));
}

/** @throws {ApiError} 404 */
export function requirePlace(project: string, { kind, name }: Scope): { readonly name: string } {
  const found = listPlaces(project, kind).find((place) => place.name === name);
  if (!found) throw notFound(`projects/${project}/${kind}/${name}`);
  return found;
}

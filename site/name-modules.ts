import { type Application, Converter } from "typedoc";

/** A plugin of typedoc: modules are named as they are imported, `backend-api/toolkit`, not after their files. */
export function load(application: Application): void {
  application.converter.on(Converter.EVENT_RESOLVE_BEGIN, ({ project }) => {
    for (const module of project.children ?? []) module.name = module.name.replace(/\/src(?=\/|$)/, "");
  });
}

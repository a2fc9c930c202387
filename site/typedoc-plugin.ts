import { type Application, Converter } from "typedoc";

/**
 * A plugin of typedoc. Modules are named as they are imported, `backend-api/toolkit`, not after their files; and a link to what a
 * file does not import, which it may name all the same in a comment, leads to what has that name,
 * of a member to what it is a member of.
 */
export function load({ converter }: Application): void {
  converter.on(Converter.EVENT_RESOLVE_BEGIN, ({ project }) => {
    for (const module of project.children ?? []) module.name = module.name.replace(/\/src(?=\/|$)/, "");
  });

  converter.addUnknownSymbolResolver((reference, from) => {
    const [name] = reference.symbolReference?.path?.map(({ path }) => path) ?? [];
    const home = name && from.project.children?.find((module) => module.getChildByName([name]) !== undefined);
    return home ? `/api/${home.name}.md#${name.toLowerCase()}` : undefined;
  });
}

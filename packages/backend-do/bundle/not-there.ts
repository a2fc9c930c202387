/**
 * Stands in the bundle for what axios brings and no request of ours uses: see `without-unused-parts.ts`. Whoever uses it
 * after all gets an error.
 */
function notThere(): never {
  throw new Error("the bundle of @k8s-snapshots/backend-do holds no such part of axios");
}

/** form-data's class: that no body is one has to be found out. */
class NotThere {
  constructor() {
    notThere();
  }
}

/** follow-redirects's two transports. */
const http = { request: notThere };

export { http, http as https, notThere as getFetch };
export default Object.assign(NotThere, { http, https: http });

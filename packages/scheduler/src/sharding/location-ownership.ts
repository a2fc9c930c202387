/**
 * Which locations this process serves. A location that is not ours is neither listed nor changed; its rules stay known, so
 * that it can be served at once when it is ours (again).
 */
export interface LocationOwnership {
  /**
   * Asks for a location. `onChange` is called with true when it is ours, and with false when it is not ours any more:
   * from then on nothing is sent.
   *
   * @returns what lets go of it
   */
  acquire(
    location: { readonly backend: string; readonly location: string },
    onChange: (isOurs: boolean) => void,
  ): () => void;
}

/** For a process that runs alone: every location is its own at once, and stays so. */
export const alwaysOwner: LocationOwnership = {
  acquire(_location, onChange) {
    onChange(true);
    return () => {};
  },
};

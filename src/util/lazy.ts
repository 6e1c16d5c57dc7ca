/** Returns a function that asks `make` when it is first called, and keeps the answer. */
export function once<T>(make: () => T): () => T {
  let made: { readonly value: T } | null = null;
  return () => (made ??= { value: make() }).value;
}

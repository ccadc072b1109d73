/** f, worked out once at each argument. */
export function once<From, To>(f: (x: From) => To): (x: From) => To {
  const known = new Map<From, To>();
  return (x) => {
    const value = known.get(x) ?? f(x);
    known.set(x, value);
    return value;
  };
}

const turnOf = (a: number) => Math.atan(Math.abs(a));
const fate = (kind: string, turn: number, factor: number) => ({ kind, turn, factor });
/** The same where α = 0 is known to move nothing. */
const moving = (a: number, kind: string, turn = turnOf(a), factor = Math.hypot(1, a)) =>
  fate(a === 0 ? "rest" : kind, turn, factor);

/** How many learning rates tell several slips at once from others. */
const SAMPLE = 20;

type Off = readonly [name: string, says: string, of: (a: number) => number];
/** Turns that are off while kind and factor are right. */
const turns: readonly Off[] = [
  [
    "degrees",
    "The turn is measured in degrees. Angles here are in radians.",
    (a) => turnOf(a) * 180 / Math.PI,
  ],
  ["twice the angle", "The turn is that of two steps.", (a) => 2 * turnOf(a)],
  [
    "the cosine from the squared norm",
    "The cosine of the turn is taken with the square of a length here.",
    (a) => Math.acos(1 / (1 + a * a)),
  ],
  [
    "the angle of a power",
    "The step enters the turn in another power than it should.",
    (a) => Math.atan(a * a),
  ],
  ["half the angle", "The turn is that of half a step.", (a) => turnOf(a) / 2],
  [
    "the sine for the angle",
    "Which side of the triangle of old state and step is opposite, which is the longest?",
    (a) => Math.asin(Math.min(1, Math.abs(a))),
  ],
  [
    "the tangent of a tangent",
    "The step is the tangent of the turn. Undo the tangent; do not take it again.",
    (a) => Math.tan(a),
  ],
  ["the sine of the step", "The step is the tangent of the turn, not its sine.", (a) => Math.sin(turnOf(a))],
  ["a sine of the step", "A sine is taken of the step, which is a tangent.", (a) => Math.sin(Math.abs(a))],
  ["the other angle", "This is the angle on the other side of the triangle.", (a) => Math.PI / 2 - turnOf(a)],
  [
    "a right angle",
    "The step stands at a right angle on the state. By which angle does it turn it?",
    () => Math.PI / 2,
  ],
  [
    "no turn",
    "A state that does not turn is multiplied by a real number. Are the eigenvalues real?",
    () => 0,
  ],
];
/** Factors that are off while kind and turn are right. */
const lengths: readonly Off[] = [
  ["the reciprocal factor", "The factor is that of the step backwards.", (a) => 1 / Math.hypot(1, a)],
  ["the logarithm of the factor", "This is the logarithm of the factor.", (a) => Math.log(Math.hypot(1, a))],
  [
    "the parts added",
    "The parts of an eigenvalue are added here. How long is a sum of two sides at a right angle?",
    (a) => 1 + Math.abs(a),
  ],
  [
    "the parts added with their signs",
    "The parts of an eigenvalue are added here, with their signs. How long is the arrow?",
    (a) => 1 + a,
  ],
  [
    "the parts subtracted",
    "One part of an eigenvalue is taken off the other here.",
    (a) => 1 - Math.abs(a),
  ],
  [
    "the step for the factor",
    "This is the length of the step. The factor compares the new state with the old one.",
    (a) => Math.abs(a),
  ],
  [
    "the growth for the factor",
    "This is by how much the norm grows, not the factor.",
    (a) => Math.hypot(1, a) - 1,
  ],
  ["no factor", "With a factor of 1 no orbit leads outwards.", () => 1],
  ["a series for the root", "This is the beginning of a series, not the root.", (a) => 1 + a * a / 2],
  ["a sign inside the root", "One sign inside the root is turned.", (a) => Math.sqrt(Math.abs(1 - a * a))],
];

/** Kinds that do not follow from the modulus of the eigenvalues. */
const kinds = [
  ["another way", "Whether an orbit comes in or goes out follows from a modulus.", "spiral inwards"],
  ["no way", "An orbit that closes has eigenvalues of modulus 1.", "circle"],
  ["no move", "A state that rests is not moved by a step.", "rest"],
] as const;

/** Two off at once; what stands alone has a name of its own, and so has a circle that is one. */
const severalOff = [["", "", "spiral outwards"] as const, ...kinds].flatMap(([way, waySays, kind]) =>
  [
    ...turns,
    ["the step for the angle", "The turn is the tangent of the angle.", (a: number) => Math.abs(a)] as const,
    ["", "", turnOf] as const,
  ].flatMap(([turnName, turnSays, turn]) =>
    [
      ...lengths,
      ["the squared factor", "The factor is that of the squared norm.", (a: number) => 1 + a * a] as const,
      ["", "", (a: number) => Math.hypot(1, a)] as const,
    ].flatMap(([name, says, length]) => {
      // a circle has that factor; with these turns it has a name of its own
      const isCircle = kind === "circle" && name === "no factor";
      const parts = [[way, waySays], [turnName, turnSays], ...isCircle ? [] : [[name, says]]]
        .filter(([one]) => one !== "");
      const isNamed = isCircle
        ? ["", "the step for the angle"].includes(turnName)
        : parts.length < 2 && ["", "another way"].includes(way);
      return isNamed || parts.length > 2 ? [] : [{
        name: parts.map(([one]) => one).join(", and "),
        says: (parts.length === 2 ? "Two slips at once. " : "") + parts.map(([, says]) => says).join(" "),
        sample: SAMPLE,
        answer: (a: number) => fate(kind, turn(a), length(a)),
      }];
    })
  )
);

/** Wrong answers by the answer's name; `says` names the mistake and leaves the correction to the reader. */
export const misconceptions = {
  A: [
    {
      name: "alternating, d first",
      says:
        "This is the alternating update: g already uses the new d. The question updates both from the same old values.",
      answer: (a: number) => [[1, a], [-a, 1 - a * a]],
    },
    {
      name: "alternating, g first",
      says:
        "This is the alternating update: d already uses the new g. The question updates both from the same old values.",
      answer: (a: number) => [[1 - a * a, a], [-a, 1]],
    },
    {
      name: "both climb",
      says: "Here both players climb $V$. Read again which of them wants $V$ small.",
      answer: (a: number) => [[1, a], [a, 1]],
    },
    {
      name: "both descend",
      says: "Here both players go down on $V$. Read again which of them wants $V$ large.",
      answer: (a: number) => [[1, -a], [-a, 1]],
    },
    {
      name: "roles swapped",
      says:
        "Here the two players have swapped roles: check for each of them whether it climbs or descends, and the order of the state $(d, g)$.",
      answer: (a: number) => [[1, -a], [a, 1]],
    },
    {
      name: "change only",
      says:
        "This is how much the state changes in a step. The question asks for the matrix that gives the new state itself.",
      answer: (a: number) => [[0, a], [-a, 0]],
    },
    {
      name: "own derivative",
      says:
        "Each player's gradient is taken with respect to the other player's variable here. Differentiate $V$ by the variable that moves.",
      answer: (a: number) => [[1 + a, 0], [0, 1 - a]],
    },
    {
      name: "exact flow",
      says:
        "This turns the state as continuous time would. The question takes one finite step along the gradient.",
      answer: (a: number) => [[Math.cos(a), Math.sin(a)], [-Math.sin(a), Math.cos(a)]],
    },
  ],
  stationaryPoint: [
    {
      name: "on the d axis",
      says: "$V$ is zero there, but one of its two partial derivatives is not: one player would still move.",
      answer: () => [1, 0],
    },
    {
      name: "on the g axis",
      says: "$V$ is zero there, yet its gradient is not: the discriminator would still move.",
      answer: () => [0, 1],
    },
    {
      name: "on the diagonal",
      says:
        "Both players push with equal strength there, but both still move. Stationary means that neither does.",
      answer: () => [1, 1],
    },
    {
      name: "on the antidiagonal",
      says: "The pushes have equal size there, which is not the same as being zero.",
      answer: () => [1, -1],
    },
  ],
  eigenvaluesOfA: [
    {
      name: "real root",
      says:
        "The square root of a negative number was taken as if it were positive: what kind of number is $\\sqrt{-x^2}$?",
      answer: (a: number) => [{ re: 1 + a, im: 0 }, { re: 1 - a, im: 0 }],
    },
    {
      name: "of the change",
      says: "These belong to the change in one step, $A - I$, not to $A$.",
      answer: (a: number) => [{ re: 0, im: a }, { re: 0, im: -a }],
    },
    {
      name: "the diagonal",
      says: "The diagonal of a 2 × 2 matrix holds its eigenvalues only when the matrix is triangular.",
      answer: () => [{ re: 1, im: 0 }, { re: 1, im: 0 }],
    },
    {
      name: "the moduli",
      says: "These are the moduli of the eigenvalues. The question wants the complex numbers themselves.",
      answer: (a: number) => [{ re: Math.hypot(1, a), im: 0 }, { re: Math.hypot(1, a), im: 0 }],
    },
    {
      name: "not conjugate",
      says:
        "One eigenvalue stands here twice. A real matrix with a complex eigenvalue has another one beside it.",
      answer: (a: number) => [{ re: 1, im: Math.abs(a) }, { re: 1, im: Math.abs(a) }],
    },
    {
      name: "one root for both",
      says:
        "Both entries are the same eigenvalue. The other root of the characteristic polynomial is missing.",
      answer: (a: number) => [{ re: 1, im: a }, { re: 1, im: a }],
    },
    {
      name: "the square of the rate",
      says: "The discriminant of the characteristic polynomial still stands under its square root.",
      answer: (a: number) => [{ re: 1, im: a * a }, { re: 1, im: -a * a }],
    },
  ],
  growth: [
    {
      name: "squared norm",
      says: "This is the factor of the squared norm.",
      answer: (a: number) => 1 + a * a,
    },
    {
      name: "lengths added",
      says: "Here the lengths of the old state and of the step are added. They do not point the same way.",
      answer: (a: number) => 1 + Math.abs(a),
    },
    {
      name: "parts added",
      says:
        "The two parts of the eigenvalue are added here. The modulus is a length: which triangle is it in?",
      answer: (a: number) => 1 + a,
    },
    {
      name: "no growth",
      says: "The norm stays the same in continuous time. What does a finite step along a tangent do?",
      answer: () => 1,
    },
    {
      name: "the inverse",
      says: "This factor belongs to the step backwards.",
      answer: (a: number) => 1 / Math.hypot(1, a),
    },
    {
      name: "sign of i squared",
      says: "A sign was lost: the modulus of a complex number adds the squares of its two parts.",
      answer: (a: number) => Math.sqrt(Math.abs(1 - a * a)),
    },
    {
      name: "largest entry of the matrix",
      says: "This is the largest entry of the matrix. How long is the image of a state of length 1?",
      answer: (a: number) => Math.max(1, Math.abs(a)),
    },
  ],
  fate: [
    {
      name: "continuous time",
      says:
        "This is what happens in continuous time. Which way does a finite step along the tangent of a circle lead?",
      answer: (a: number) => moving(a, "circle", Math.abs(a), 1),
    },
    {
      name: "the modulus forgotten",
      says: "The turn is right. But a state that only turned would need eigenvalues of modulus 1.",
      answer: (a: number) => moving(a, "circle", turnOf(a), 1),
    },
    {
      name: "a small step saves it",
      says:
        "Whether an orbit comes in or goes out is decided by the modulus of the eigenvalues: compare it with 1 for a small learning rate.",
      answer: (a: number) => moving(a, Math.abs(a) < 1 ? "spiral inwards" : "spiral outwards"),
    },
    {
      name: "inwards",
      says:
        "Does the state come nearer to the origin if its norm is multiplied by more than 1 at every step?",
      answer: (a: number) => moving(a, "spiral inwards"),
    },
    {
      name: "the sign decides",
      says: "The sign of the learning rate turns the orbit the other way round. Does it change any length?",
      answer: (a: number) => moving(a, a > 0 ? "spiral outwards" : "spiral inwards"),
    },
    {
      name: "the tangent for the angle",
      says: "The turn here is the tangent of the angle: draw the triangle of the old state and the step.",
      answer: (a: number) => moving(a, "spiral outwards", Math.abs(a)),
    },
    {
      name: "squared norm",
      says: "The factor here is that of the squared norm.",
      answer: (a: number) => moving(a, "spiral outwards", turnOf(a), 1 + a * a),
    },
    ...turns.map(([name, says, turn]) => ({
      name,
      says,
      answer: (a: number) => fate("spiral outwards", turn(a), Math.hypot(1, a)),
    })),
    ...lengths.map(([name, says, length]) => ({
      name,
      says,
      answer: (a: number) => fate("spiral outwards", turnOf(a), length(a)),
    })),
    ...severalOff,
    {
      name: "rest forgotten",
      says: "One learning rate moves nothing at all.",
      answer: (a: number) => fate("spiral outwards", turnOf(a), Math.hypot(1, a)),
    },
  ],
} as const;

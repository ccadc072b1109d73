import type { Method } from "../../solution.ts";
import { colors } from "../../../show/theme.ts";

/** The update rules of question 4 as the pictures show them. */
export const rules: readonly { method: Method; label: string; color: string }[] = [
  { method: "simultaneous", label: "simultaneous", color: colors.blue },
  { method: "alternating-d-first", label: "alternating, d first", color: colors.orange },
  { method: "alternating-g-first", label: "alternating, g first", color: colors.amber },
  { method: "extragradient", label: "extragradient", color: colors.green },
  { method: "optimistic", label: "optimistic", color: colors.purple },
  { method: "proximal", label: "proximal point", color: colors.sky },
  { method: "r1", label: "penalty, γ = 1", color: colors.black },
];
/** The penalty's strength in the pictures. */
export const GAMMA = 1;

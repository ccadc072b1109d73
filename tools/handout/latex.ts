/** What LaTeX prints of a cell's outputs: verdicts with their formulas, and no letter that its fonts lack. */
import type { Verdict } from "lib/proof/verdict.ts";
import { verdictType } from "lib/show/show.ts";
import type { CodeCell, Notebook } from "../notebook.ts";

const signs: Readonly<Record<string, string>> = {
  ...Object.fromEntries(
    ("α alpha,β beta,γ gamma,δ delta,ε varepsilon,ζ zeta,η eta,θ theta,κ kappa,λ lambda,μ mu,ν nu,ξ xi,π pi,ρ rho," +
      "σ sigma,τ tau,φ varphi,χ chi,ψ psi,ω omega,Γ Gamma,Δ Delta,Θ Theta,Λ Lambda,Σ Sigma,Φ Phi,Ψ Psi,Ω Omega," +
      "∂ partial,∇ nabla,√ surd,∞ infty,∑ sum,∫ int,≤ le,≥ ge,≠ ne,≈ approx,≐ doteq,± pm,× times,· cdot,→ to,∈ in," +
      "‖ Vert,⋆ star,∝ propto,✓ checkmark,− !-").split(",").map((pair) => pair.split(" ")),
  ),
};
const raised = "⁰¹²³⁴⁵⁶⁷⁸⁹", lowered = "₀₁₂₃₄₅₆₇₈₉";
const special: Readonly<Record<string, string>> = { "\\": "\\textbackslash{}", "~": "\\~{}", "^": "\\^{}" };

/** Text as LaTeX; what its text fonts lack stands in mathematics. */
function plain(text: string): string {
  return [...text].map((c) => {
    if (c in special) return special[c];
    if (/[{}$&#_%]/.test(c)) return `\\${c}`;
    if (c === "✓") return "+";
    if (c === "−") return "$-$";
    if (c in signs) return `$\\${signs[c]}$`;
    if (raised.includes(c)) return `$^{${raised.indexOf(c)}}$`;
    if (lowered.includes(c)) return `$_{${lowered.indexOf(c)}}$`;
    return c;
  }).join("");
}

/** A sentence with $mathematics$, `code` and **bold** as LaTeX. */
const rich = (sentence: string): string =>
  sentence.split(/(\$[^$]+\$|`[^`]+`|\*\*[^*]+\*\*)/).map((part) =>
    /^\$.+\$$/.test(part)
      ? part
      : /^`.+`$/.test(part)
      ? `\\texttt{${plain(part.slice(1, -1))}}`
      : /^\*\*.+\*\*$/.test(part)
      ? `\\textbf{${plain(part.slice(2, -2))}}`
      : plain(part)
  ).join("");

function verdictLatex(
  { id, status, statement, answer, feedback, lines = [], evidence, instances }: Verdict,
): string {
  const head = answer ? `${id} ${answer}: ${status}.` : `${id} ${status}.`;
  const about = answer ? "" : ` \\emph{(${plain(`${evidence}, ${instances} instances`)})}`;
  const rows = lines.map(({ tex, because, relation }, k) =>
    `\\[ ${
      k === 0
        ? ""
        : relation === "equal up to a constant"
        ? "\\doteq"
        : relation === "≤"
        ? "\\le"
        : relation === "≥"
        ? "\\ge"
        : "="
    } ${tex || "\\dots"} ${because ? `\\quad\\text{(${rich(because)})}` : ""} \\]`
  );
  return `\\noindent\\textbf{${plain(head)}} ${rich(answer ? feedback ?? "" : statement)}${about}\n\n${
    rows.join("\n")
  }`;
}

function latexOf(data: Record<string, unknown>): string | undefined {
  const verdicts = data[verdictType] as Verdict | Verdict[] | undefined, text = data["text/plain"];
  if (verdicts) return [verdicts].flat().map(verdictLatex).join("\n\n");
  if (typeof text !== "string" || !/[^ -~\n\t]/.test(text)) return undefined;
  return text.split("\n").map((line) => `\\noindent ${plain(line)}`).join("\n\n");
}

/** The executed notebook with its outputs for LaTeX beside those for pages; pictures are pictures there, too. */
export const withLatex = (notebook: Notebook): Notebook => ({
  ...notebook,
  cells: notebook.cells.map((cell) => {
    if (cell.cell_type !== "code") return cell;
    const outputs: CodeCell["outputs"] = cell.outputs.map((output) => {
      if (!("data" in output) || "image/png" in output.data) return output;
      const latex = latexOf(output.data);
      return latex === undefined ? output : { ...output, data: { ...output.data, "text/latex": latex } };
    });
    return { ...cell, outputs };
  }),
});

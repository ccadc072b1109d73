/** Right answers in several forms, by notebook and by form. */
import { forms as elbo } from "./elbo.ts";
import { forms as flow } from "./flow.ts";
import { forms as gan } from "./gan.ts";
import { forms as maskedConv } from "./masked_conv.ts";
import { forms as simsiam } from "./simsiam.ts";

export const forms: Readonly<Record<string, Readonly<Record<string, Readonly<Record<string, string>>>>>> = {
  "01_elbo": elbo,
  "02_masked_conv": maskedConv,
  "03_flow": flow,
  "04_gan": gan,
  "05_simsiam": simsiam,
};

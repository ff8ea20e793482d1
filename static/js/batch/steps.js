/** The strip of 14 steps: shape, icon and words say the status; the colour repeats it. */
import { h, icon, readJson } from "../dom.js";
import { fill, gettext } from "../i18n.js";
import { hasTrait, labelOf, statusIcon, toneOf } from "../statuses.js";

const STEPS = readJson("pipeline-steps");
const LABELS = Object.fromEntries(STEPS.map((step) => [step.name, step.label]));
const LAST_OF_DOCUMENT = STEPS.findLast((step) => step.unit === "document").name;

export const stepLabel = (name) => LABELS[name] ?? name;

/** Whether all its pages are read and its sub-documents known. */
export const isRead = (row) => row?.steps.some((step) => step.name === LAST_OF_DOCUMENT && hasTrait(step.status, "done"));

function reasonOf(step) {
  return step.error?.message ?? step.error ?? step.reason ?? "";
}

function stepItem(step, index) {
  const words = fill(gettext("{n}. {step}: {status}"), { n: index + 1, step: stepLabel(step.name), status: labelOf(step.status) });
  const reason = reasonOf(step);
  return h(
    "li",
    { class: `step step-${step.status} tone-${toneOf(step.status)}`, "data-tip": reason ? `${words}\n${reason}` : words },
    statusIcon(step.status),
    h("span", { class: "visually-hidden" }, reason ? `${words}. ${reason}` : words),
  );
}

export function stepStrip(steps) {
  return h("ol", { class: "strip", "aria-label": gettext("Steps") }, steps.map(stepItem));
}

/** The step a retry should start from: the first that failed. */
export function failedStep(steps) {
  return steps.find((step) => hasTrait(step.status, "broken")) ?? null;
}

function retryButton(step) {
  const label = fill(gettext("Try {step} again"), { step: stepLabel(step.name) });
  return h("button", { class: "btn btn-sm", type: "button", "data-retry-step": step.retry_id, "data-step": step.name, "aria-label": label }, icon("refresh", "sm"), gettext("Only this step"));
}

/** The same steps in words, for touch and keyboard. */
export function stepList(steps, canRetry) {
  const rows = steps.map((step, index) =>
    h(
      "li",
      { class: `tone-${toneOf(step.status)}` },
      h("span", { class: "step-number" }, String(index + 1)),
      h("span", { class: "step-state" }, statusIcon(step.status)),
      h("span", { class: "step-name" }, stepLabel(step.name)),
      h("span", { class: "step-word" }, labelOf(step.status)),
      reasonOf(step) ? h("span", { class: "step-reason" }, reasonOf(step)) : null,
      canRetry && step.retry_id ? retryButton(step) : null,
    ),
  );
  return h("ol", { class: "step-list" }, rows);
}

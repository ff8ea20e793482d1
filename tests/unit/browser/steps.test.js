import { placeJson, STATUSES } from "./stand_in.js";
import assert from "node:assert/strict";
import { test } from "node:test";

placeJson("statuses", STATUSES);
placeJson("pipeline-steps", [
  { name: "upload", label: "Upload", unit: "document" },
  { name: "subdocument_detection", label: "Splitting", unit: "document" },
  { name: "merge", label: "Merging", unit: "sub_document" },
]);
const { failedStep, isRead, stepLabel, stepList, stepStrip } = await import("../../../static/js/batch/steps.js");

const step = (name, status, more = {}) => ({ name, status, ...more });

test("labels come from the pipeline's table", () => {
  assert.deepEqual([stepLabel("merge"), stepLabel("unknown_step")], ["Merging", "unknown_step"]);
});

test("a document is read once its last document step succeeded", () => {
  assert.equal(isRead({ steps: [step("upload", "succeeded"), step("subdocument_detection", "running")] }), false);
  assert.equal(isRead({ steps: [step("subdocument_detection", "succeeded")] }), true);
  assert.equal(Boolean(isRead(undefined)), false);
});

test("a retry starts from the first step that failed", () => {
  const steps = [step("upload", "succeeded"), step("merge", "quarantined"), step("merge", "failed")];
  assert.equal(failedStep(steps), steps[1]);
  assert.equal(failedStep([steps[0]]), null);
});

test("the strip says status and reason in words", () => {
  const [item] = stepStrip([step("merge", "failed", { error: { message: "No field was found." } })]).children;
  assert.equal(item.textContent, "1. Merging: Failed. No field was found.");
  assert.ok(item.classList.contains("tone-bad"));
});

test("only a failed step that may be retried has a button", () => {
  const steps = [step("upload", "failed", { retry_id: null }), step("merge", "failed", { retry_id: "run-7" })];
  assert.deepEqual(stepList(steps, true).querySelectorAll("button").map((button) => button.dataset.retryStep), ["run-7"]);
  assert.deepEqual(stepList(steps, false).querySelectorAll("button"), []);
});

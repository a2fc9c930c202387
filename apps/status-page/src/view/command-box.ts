import { element } from "./element.ts";

/** A line for a shell, and a button that copies it. @param say - tells it to who does not see it */
export function commandBox(command: string, say: (text: string) => void): HTMLElement {
  const words = command.split(" ").flatMap((word, index) => [index === 0 ? "" : " ", element("span", {}, word)]);
  const code = element("code", {}, ...words);
  const button = element("button", { type: "button" }, "Copy");
  button.addEventListener("click", async () => {
    try {
      await navigator.clipboard.writeText(command);
      button.textContent = "Copied";
      say("Copied");
    } catch {
      // Pages that are not from this machine or by https may not write there.
      getSelection()?.selectAllChildren(code);
      say("Selected: copy it with the keyboard");
    }
  });
  return element("div.cmd", {}, code, button);
}

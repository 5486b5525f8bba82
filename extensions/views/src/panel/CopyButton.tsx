import { useEffect, useState } from "preact/hooks";
import { copyText } from "../clipboard";

interface Props {
  readonly label: string;
  readonly title: string;
  readonly text: () => string;
}

/** A quiet button that copies a text and says so. */
export function CopyButton({ label, title, text }: Props) {
  const [said, say] = useState("");
  useEffect(() => {
    if (said === "") return;
    const timer = setTimeout(() => say(""), 1500);
    return () => clearTimeout(timer);
  }, [said]);
  const copy = async (): Promise<void> => say((await copyText(text())) ? "Copied" : "This page may not copy");
  return (
    <button type="button" class="plain copy" title={title} onClick={() => void copy()}>
      {said || label}
    </button>
  );
}

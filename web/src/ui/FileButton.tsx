// A button that chooses a file: it works without a mouse, and the same file, mended, may be chosen again.
import { Button } from '@mantine/core';
import { useRef } from 'react';

interface FileButtonProps {
  label: string;
  /** What the field is called for those who listen. */
  name: string;
  /** Media types and endings, as HTML writes them. */
  accept: string;
  busy: boolean;
  onChoose: (file: File) => void;
}

export function FileButton({ label, name, accept, busy, onChoose }: FileButtonProps) {
  const input = useRef<HTMLInputElement>(null);
  return (
    <>
      <Button variant="default" loading={busy} onClick={() => input.current?.click()}>
        {label}
      </Button>
      <input
        ref={input}
        type="file"
        accept={accept}
        aria-label={name}
        tabIndex={-1}
        className="visually-hidden"
        onChange={(event) => {
          const [chosen] = event.currentTarget.files ?? [];
          if (chosen) onChoose(chosen);
          event.currentTarget.value = '';
        }}
      />
    </>
  );
}

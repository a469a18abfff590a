// A dialog that stands while it is mounted, and gives the focus back to what opened it when it goes.
import { Modal, type ModalProps } from '@mantine/core';
import { useEffect, useState, type ReactNode, type RefObject } from 'react';
import { useTranslation } from 'react-i18next';

interface DialogProps {
  title: string;
  size?: ModalProps['size'];
  onClose: () => void;
  /** What gets the focus afterwards, when what has it now will be gone by then: the button of a menu. */
  returnTo?: RefObject<HTMLElement | null>;
  children: ReactNode;
}

export function Dialog({ title, size, onClose, returnTo, children }: DialogProps) {
  const { t } = useTranslation();
  const [opener] = useState(() => document.activeElement);
  useEffect(
    () => () => {
      const target = returnTo ? returnTo.current : opener;
      if (target instanceof HTMLElement) target.focus({ preventScroll: true });
    },
    [returnTo, opener],
  );
  return (
    <Modal
      opened
      onClose={onClose}
      title={title}
      size={size}
      closeButtonProps={{ 'aria-label': t('common:close') }}
    >
      {children}
    </Modal>
  );
}

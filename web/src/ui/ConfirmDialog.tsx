// Asks before something is done that is not easily taken back: what it means, what went wrong, and the two ways out.
import { Button, Group, Stack } from '@mantine/core';
import type { ReactNode } from 'react';
import { useTranslation } from 'react-i18next';
import { Dialog } from './Dialog';
import { Trouble } from './Trouble';

interface ConfirmDialogProps {
  title: string;
  /** What its button says. */
  action: string;
  /** Something is lost by it. */
  loses?: boolean;
  doing: { isPending: boolean; isError: boolean; error: unknown };
  onConfirm: () => void;
  onClose: () => void;
  children: ReactNode;
}

export function ConfirmDialog({
  title,
  action,
  loses = false,
  doing,
  onConfirm,
  onClose,
  children,
}: ConfirmDialogProps) {
  const { t } = useTranslation();
  return (
    <Dialog title={title} onClose={onClose}>
      <Stack>
        {children}
        {doing.isError && <Trouble of={doing.error} />}
        <Group justify="flex-end">
          <Button variant="default" data-autofocus onClick={onClose}>
            {t('common:cancel')}
          </Button>
          <Button color={loses ? 'clay' : undefined} loading={doing.isPending} onClick={onConfirm}>
            {action}
          </Button>
        </Group>
      </Stack>
    </Dialog>
  );
}

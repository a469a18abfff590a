// A form in a dialog: its fields, what went wrong, and the two ways out of it.
import { Button, Group } from '@mantine/core';
import type { ReactNode } from 'react';
import { useTranslation } from 'react-i18next';
import { Form } from './Form';
import { Trouble } from './Trouble';

interface DialogFormProps {
  /** What its button says. */
  action: string;
  doing: { isPending: boolean; isError: boolean; error: unknown };
  disabled?: boolean;
  onSubmit: () => void;
  onCancel: () => void;
  children: ReactNode;
}

export function DialogForm({ action, doing, disabled, onSubmit, onCancel, children }: DialogFormProps) {
  const { t } = useTranslation();
  return (
    <Form onSubmit={onSubmit}>
      {children}
      {doing.isError && <Trouble of={doing.error} />}
      <Group justify="flex-end">
        <Button variant="default" onClick={onCancel}>
          {t('common:cancel')}
        </Button>
        <Button type="submit" loading={doing.isPending} disabled={disabled}>
          {action}
        </Button>
      </Group>
    </Form>
  );
}

// What a webhook is called, where it is told, and of what.
import { Checkbox, TextInput } from '@mantine/core';
import { useTranslation } from 'react-i18next';
import { events } from '../../../api/webhooks';
import classes from './Webhooks.module.css';

export interface WebhookValues {
  name: string;
  url: string;
  events: string[];
}

interface WebhookFieldsProps {
  values: WebhookValues;
  onChange: (values: WebhookValues) => void;
}

export function WebhookFields({ values, onChange }: WebhookFieldsProps) {
  const { t } = useTranslation();
  return (
    <>
      <TextInput
        label={t('webhooks:name')}
        value={values.name}
        maxLength={64}
        autoComplete="off"
        onChange={(event) => onChange({ ...values, name: event.currentTarget.value })}
      />
      <TextInput
        type="url"
        label={t('webhooks:url')}
        description={t('webhooks:url_about')}
        value={values.url}
        maxLength={500}
        autoComplete="off"
        onChange={(event) => onChange({ ...values, url: event.currentTarget.value })}
      />
      <Checkbox.Group
        label={t('webhooks:events')}
        value={values.events}
        onChange={(chosen) => onChange({ ...values, events: chosen })}
      >
        <div className={classes.choices}>
          {events.map((event) => (
            <Checkbox key={event} value={event} label={t(`webhooks:event.${event.replace('.', '_')}`)} />
          ))}
        </div>
      </Checkbox.Group>
    </>
  );
}

// Adding a webhook: its name, address and events, and then its secret, which is shown this once.
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { useAddWebhook } from '../../../api/webhooks';
import { Dialog } from '../../../ui/Dialog';
import { DialogForm } from '../../../ui/DialogForm';
import { SecretOnce } from './SecretOnce';
import { WebhookFields, type WebhookValues } from './WebhookFields';

export function AddWebhookDialog({ onClose }: { onClose: () => void }) {
  const { t } = useTranslation();
  const add = useAddWebhook();
  const [values, setValues] = useState<WebhookValues>({ name: '', url: '', events: ['room.created'] });
  const secret = add.data?.secret;
  return (
    <Dialog title={t('webhooks:add')} onClose={onClose}>
      {secret ? (
        <SecretOnce secret={secret} onDone={onClose} />
      ) : (
        <DialogForm
          action={t('webhooks:add_now')}
          doing={add}
          disabled={!values.name.trim() || !values.url.trim() || values.events.length === 0}
          onSubmit={() => add.mutate(values)}
          onCancel={onClose}
        >
          <WebhookFields values={values} onChange={setValues} />
        </DialogForm>
      )}
    </Dialog>
  );
}

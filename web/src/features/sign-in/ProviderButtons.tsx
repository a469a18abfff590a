// The services that sign people in, each with its button, and what went wrong when somebody came back from one.
import { Button } from '@mantine/core';
import { IconBuilding } from '@tabler/icons-react';
import { useTranslation } from 'react-i18next';
import { useLeaveFor, useWays } from '../../api/providers';
import { Icon } from '../../ui/Icon';
import { Trouble } from '../../ui/Trouble';

export function ProviderButtons({ next }: { next: string }) {
  const { t } = useTranslation();
  const ways = useWays();
  const leave = useLeaveFor();
  return (
    <>
      {leave.isError && <Trouble of={leave.error} />}
      {ways.data?.providers.map(({ id, name }) => (
        <Button
          key={id}
          variant="default"
          h={48}
          fullWidth
          leftSection={<Icon of={IconBuilding} />}
          loading={(leave.isPending || leave.isSuccess) && leave.variables.id === id}
          onClick={() => leave.mutate({ id, next })}
        >
          {t('sign_in:by_provider', { name })}
        </Button>
      ))}
    </>
  );
}

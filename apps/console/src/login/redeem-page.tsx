import { useMutation } from '@tanstack/react-query'
import { Link } from '@tanstack/react-router'
import { Alert, Button, Form, Input } from 'antd'
import { problemOf } from '../api/problem.ts'
import { Logo } from '../app/logo.tsx'
import { ProblemAlert } from '../app/problem-alert.tsx'
import { useApi } from '../data/context.tsx'
import { t } from '../text/index.ts'

interface Invitation {
  username: string
  code: string
  secondCode: string
  password: string
  repeat: string
}

const required = (message: string) => ({ required: true, message })

/** Codes are random and shown once: whoever types one sees what it types. */
function CodeItem({ name }: { name: 'code' | 'secondCode' }) {
  return (
    <Form.Item name={name} label={t(`redeem.${name}`)} rules={[required(t('redeem.missing.code'))]}>
      <Input autoComplete="off" spellCheck={false} size="large" maxLength={256} />
    </Form.Item>
  )
}

function PasswordItems() {
  return (
    <>
      <Form.Item name="password" label={t('redeem.password')} rules={[required(t('redeem.missing.password'))]}>
        <Input.Password autoComplete="new-password" size="large" maxLength={256} />
      </Form.Item>
      <Form.Item
        name="repeat"
        label={t('redeem.repeat')}
        dependencies={['password']}
        rules={[
          required(t('redeem.missing.password')),
          ({ getFieldValue }) => ({
            validator: async (_, value) => {
              if (value && value !== getFieldValue('password')) throw new Error(t('redeem.differs'))
            },
          }),
        ]}
      >
        <Input.Password autoComplete="new-password" size="large" maxLength={256} />
      </Form.Item>
    </>
  )
}

function Done() {
  return (
    <>
      <Alert type="success" showIcon title={t('redeem.done')} />
      <Link to="/login" className="login-other">
        {t('redeem.login')}
      </Link>
    </>
  )
}

/** For who has no password yet, and so no session. */
export function RedeemPage() {
  const api = useApi()
  const redeem = useMutation({
    mutationFn: ({ username, code, secondCode, password }: Invitation) =>
      api.redeem({ username, code: code.trim(), secondCode: secondCode.trim(), password }),
  })
  const problem = redeem.error && problemOf(redeem.error)
  return (
    <main className="login">
      <div className="login-box">
        <Logo size={40} />
        <h1>{t('redeem.title')}</h1>
        {redeem.isSuccess ? (
          <Done />
        ) : (
          <>
            <p className="muted">{t('redeem.intro')}</p>
            {problem && <ProblemAlert problem={problem} />}
            <Form<Invitation> layout="vertical" requiredMark={false} onFinish={(values) => redeem.mutate(values)}>
              <Form.Item name="username" label={t('login.username')} rules={[required(t('login.missing.username'))]}>
                <Input autoComplete="username" autoFocus size="large" maxLength={63} />
              </Form.Item>
              <CodeItem name="code" />
              <CodeItem name="secondCode" />
              <PasswordItems />
              <Button type="primary" htmlType="submit" block size="large" loading={redeem.isPending}>
                {t('redeem.submit')}
              </Button>
            </Form>
            <Link to="/login" className="login-other">
              {t('redeem.back')}
            </Link>
          </>
        )}
      </div>
    </main>
  )
}

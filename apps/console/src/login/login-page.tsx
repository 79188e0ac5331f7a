import { useMutation } from '@tanstack/react-query'
import { Link, Navigate, useRouter, useSearch } from '@tanstack/react-router'
import { Button, Form, Input } from 'antd'
import { useEffect } from 'react'
import { problemOf } from '../api/problem.ts'
import { Logo } from '../app/logo.tsx'
import { ProblemAlert } from '../app/problem-alert.tsx'
import { useApi, useSession } from '../data/context.tsx'
import { t } from '../text/index.ts'

interface Credentials {
  username: string
  password: string
}

/** Only addresses of this console: a link must not lead elsewhere after a login. */
const ownAddress = (next: string | undefined): string => (next && /^\/(?![/\\])/.test(next) ? next : '/')

export function LoginPage() {
  const api = useApi()
  const session = useSession()
  const router = useRouter()
  const { next } = useSearch({ from: '/login' })
  const login = useMutation({
    mutationFn: ({ username, password }: Credentials) => api.login(username, password),
    onSuccess: () => router.history.push(ownAddress(next)),
  })
  // While somebody types, what comes next is fetched.
  useEffect(() => {
    void import('../app/shell.tsx')
    void import('../list/list-page.tsx')
  }, [])
  if (session && login.isIdle) return <Navigate to={ownAddress(next)} replace />
  const problem = login.error && problemOf(login.error)
  return (
    <main className="login">
      <div className="login-box">
        <Logo size={40} />
        <h1>{t('login.title')}</h1>
        {next && next !== '/' && !problem && <p className="muted">{t('login.again')}</p>}
        {problem && <ProblemAlert problem={problem} />}
        <Form<Credentials> layout="vertical" requiredMark={false} onFinish={(values) => login.mutate(values)}>
          <Form.Item
            name="username"
            label={t('login.username')}
            rules={[{ required: true, message: t('login.missing.username') }]}
          >
            <Input autoComplete="username" autoFocus size="large" maxLength={63} />
          </Form.Item>
          <Form.Item
            name="password"
            label={t('login.password')}
            rules={[{ required: true, message: t('login.missing.password') }]}
          >
            <Input.Password autoComplete="current-password" size="large" maxLength={256} />
          </Form.Item>
          <Button type="primary" htmlType="submit" block size="large" loading={login.isPending}>
            {t('login.submit')}
          </Button>
        </Form>
        <Link to="/redeem" className="login-other">
          {t('login.invited')}
        </Link>
      </div>
    </main>
  )
}

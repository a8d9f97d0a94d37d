"""The audit trail only grows: the database refuses to change, delete or empty it, whoever asks."""

from django.db import migrations

KEEP = """
CREATE FUNCTION accounts_auditentry_only_grows() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF TG_OP = 'TRUNCATE' AND current_database() LIKE 'test\\_%'
        AND current_setting('ocop.testing_reset', true) = 'on'
    THEN
        RETURN NULL;
    END IF;
    RAISE EXCEPTION 'the audit trail only grows: % is refused', TG_OP USING ERRCODE = 'restrict_violation';
END
$$;
CREATE TRIGGER only_grows_rows BEFORE UPDATE OR DELETE ON accounts_auditentry
    FOR EACH ROW EXECUTE FUNCTION accounts_auditentry_only_grows();
CREATE TRIGGER only_grows BEFORE UPDATE OR DELETE OR TRUNCATE ON accounts_auditentry
    FOR EACH STATEMENT EXECUTE FUNCTION accounts_auditentry_only_grows();
"""
LET_GO = """
DROP TRIGGER only_grows ON accounts_auditentry;
DROP TRIGGER only_grows_rows ON accounts_auditentry;
DROP FUNCTION accounts_auditentry_only_grows();
"""


class Migration(migrations.Migration):
    dependencies = [("accounts", "0001_initial")]
    operations = [migrations.RunSQL(KEEP, LET_GO)]

"""A signed decision and its items do not change: the database keeps it so."""

from django.db import migrations

FUNCTION = r"""
CREATE FUNCTION ratings_keep_signed() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
    signed boolean;
BEGIN
    IF current_setting('ocop.testing_reset', true) = 'on' AND current_database() LIKE 'test\_%' THEN
        RETURN CASE WHEN TG_OP = 'UPDATE' THEN NEW ELSE OLD END;
    END IF;
    IF TG_TABLE_NAME = 'ratings_decision' THEN
        signed := OLD.state = 'signed';
    ELSE
        SELECT state = 'signed' INTO signed FROM ratings_decision WHERE id = OLD.decision_id;
    END IF;
    IF signed THEN
        RAISE EXCEPTION 'a signed decision does not change (% on %)', TG_OP, TG_TABLE_NAME
            USING ERRCODE = 'restrict_violation';
    END IF;
    RETURN CASE WHEN TG_OP = 'UPDATE' THEN NEW ELSE OLD END;
END
$$;
"""
TABLES = ["decision", "decisionitem"]
ROW = """
CREATE TRIGGER {0}_signed BEFORE UPDATE OR DELETE ON ratings_{0}
    FOR EACH ROW EXECUTE FUNCTION ratings_keep_signed();
"""
UNDO = "DROP TRIGGER {0}_signed ON ratings_{0};"


class Migration(migrations.Migration):
    dependencies = [("ratings", "0002_published_regulations")]

    operations = [
        migrations.RunSQL(FUNCTION, "DROP FUNCTION ratings_keep_signed();"),
        *[migrations.RunSQL(ROW.format(table), UNDO.format(table)) for table in TABLES],
    ]

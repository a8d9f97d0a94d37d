"""A loaded regulation is published: the database refuses to change it.

Filled in may be what was open when it was published: ``files_to`` and the last days of deciding.
"""

from django.db import migrations

FUNCTION = r"""
CREATE FUNCTION ratings_keep_published() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
    open_columns text[] := ARRAY[
        'files_to', 'decide_first_until', 'decide_upgrade_until', 'decide_reevaluation_until'];
    before jsonb;
    after jsonb;
    column_name text;
    allowed boolean;
BEGIN
    IF current_setting('ocop.testing_reset', true) = 'on' AND current_database() LIKE 'test\_%' THEN
        RETURN CASE WHEN TG_OP = 'UPDATE' THEN NEW ELSE OLD END;
    END IF;
    IF TG_OP = 'UPDATE' AND TG_TABLE_NAME = 'ratings_regulation' THEN
        before := to_jsonb(OLD);
        after := to_jsonb(NEW);
        allowed := (before - open_columns) = (after - open_columns);
        FOREACH column_name IN ARRAY open_columns LOOP
            allowed := allowed AND (
                before -> column_name = 'null'::jsonb OR before -> column_name = after -> column_name);
        END LOOP;
        IF allowed THEN
            RETURN NEW;
        END IF;
    END IF;
    RAISE EXCEPTION 'a published regulation does not change (% on %)', TG_OP, TG_TABLE_NAME
        USING ERRCODE = 'restrict_violation';
END
$$;
"""
TABLES = ["regulation", "regulationpart", "band", "authority"]
ROW = """
CREATE TRIGGER {0}_published BEFORE UPDATE OR DELETE ON ratings_{0}
    FOR EACH ROW EXECUTE FUNCTION ratings_keep_published();
CREATE TRIGGER {0}_published_whole BEFORE TRUNCATE ON ratings_{0}
    FOR EACH STATEMENT EXECUTE FUNCTION ratings_keep_published();
"""
UNDO = """
DROP TRIGGER {0}_published ON ratings_{0};
DROP TRIGGER {0}_published_whole ON ratings_{0};
"""


class Migration(migrations.Migration):
    dependencies = [("ratings", "0001_initial")]

    operations = [
        migrations.RunSQL(FUNCTION, "DROP FUNCTION ratings_keep_published();"),
        *[migrations.RunSQL(ROW.format(table), UNDO.format(table)) for table in TABLES],
    ]

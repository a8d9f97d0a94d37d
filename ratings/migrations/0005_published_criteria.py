"""A published criteria set doesn't change: neither it, nor its criteria, nor their options.

Allowed is only that a published set is retired on a day. Sets also get what they are searched and sorted by,
and what their source states of itself.
"""

import django.utils.timezone
from django.db import migrations, models

from ocop_portal.lib import text

FUNCTION = r"""
CREATE FUNCTION ratings_keep_criteria() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
    touched bigint[];
    standing text;
BEGIN
    IF current_setting('ocop.testing_reset', true) = 'on' AND current_database() LIKE 'test\_%' THEN
        RETURN CASE WHEN TG_OP = 'DELETE' THEN OLD ELSE NEW END;
    END IF;
    IF TG_OP = 'TRUNCATE' THEN
        RAISE EXCEPTION 'criteria sets are kept (TRUNCATE on %)', TG_TABLE_NAME
            USING ERRCODE = 'restrict_violation';
    END IF;
    IF TG_TABLE_NAME = 'ratings_criteriaset' THEN
        IF OLD.state = 'draft' THEN
            RETURN CASE WHEN TG_OP = 'DELETE' THEN OLD ELSE NEW END;
        END IF;
        IF TG_OP = 'UPDATE' THEN
            IF to_jsonb(OLD) = to_jsonb(NEW) THEN
                RETURN NEW;
            END IF;
            IF OLD.state = 'published' AND NEW.state = 'retired' AND NEW.retired_on IS NOT NULL
                AND to_jsonb(OLD) - 'state' - 'retired_on' = to_jsonb(NEW) - 'state' - 'retired_on' THEN
                RETURN NEW;
            END IF;
        END IF;
    ELSE
        IF TG_TABLE_NAME = 'ratings_criterion' THEN
            IF TG_OP <> 'INSERT' THEN touched := touched || OLD.criteria_set_id; END IF;
            IF TG_OP <> 'DELETE' THEN touched := touched || NEW.criteria_set_id; END IF;
        ELSE
            IF TG_OP <> 'INSERT' THEN
                touched := touched || (SELECT criteria_set_id FROM ratings_criterion WHERE id = OLD.criterion_id);
            END IF;
            IF TG_OP <> 'DELETE' THEN
                touched := touched || (SELECT criteria_set_id FROM ratings_criterion WHERE id = NEW.criterion_id);
            END IF;
        END IF;
        -- FOR SHARE: nobody publishes the draft while its rows are being written.
        PERFORM 1 FROM ratings_criteriaset WHERE id = ANY (touched) FOR SHARE;
        SELECT max(state) INTO standing FROM ratings_criteriaset WHERE id = ANY (touched) AND state <> 'draft';
        IF standing IS NULL THEN
            RETURN CASE WHEN TG_OP = 'DELETE' THEN OLD ELSE NEW END;
        END IF;
    END IF;
    RAISE EXCEPTION 'a published criteria set does not change (% on %)', TG_OP, TG_TABLE_NAME
        USING ERRCODE = 'restrict_violation';
END
$$;
"""
TABLES = {
    "criteriaset": "UPDATE OR DELETE",
    "criterion": "INSERT OR UPDATE OR DELETE",
    "criterionoption": "INSERT OR UPDATE OR DELETE",
}
ROW = """
CREATE TRIGGER {0}_published BEFORE {1} ON ratings_{0}
    FOR EACH ROW EXECUTE FUNCTION ratings_keep_criteria();
CREATE TRIGGER {0}_published_whole BEFORE TRUNCATE ON ratings_{0}
    FOR EACH STATEMENT EXECUTE FUNCTION ratings_keep_criteria();
"""
UNDO = """
DROP TRIGGER {0}_published ON ratings_{0};
DROP TRIGGER {0}_published_whole ON ratings_{0};
"""


def fill(apps, schema_editor):
    for each in apps.get_model("ratings", "CriteriaSet").objects.all():
        each.name_norm = text.search_key(f"{each.code} {each.name}")
        each.sort_key = text.sort_key(each.name)
        each.save(update_fields=["name_norm", "sort_key"])


class Migration(migrations.Migration):
    dependencies = [("ratings", "0004_criteria_and_assessments")]

    operations = [
        migrations.AddField("criteriaset", "stated", models.JSONField(default=dict, editable=False)),
        migrations.AddField(
            "criteriaset",
            "name_norm",
            models.CharField(default="", editable=False, max_length=300),
            preserve_default=False,
        ),
        migrations.AddField(
            "criteriaset",
            "sort_key",
            models.CharField(default="", editable=False, max_length=255),
            preserve_default=False,
        ),
        migrations.AlterField(
            "criteriaset",
            "loaded_at",
            models.DateTimeField(
                default=django.utils.timezone.now, editable=False, verbose_name="loaded at"
            ),
        ),
        migrations.RunPython(fill, migrations.RunPython.noop),
        migrations.RunSQL(FUNCTION, "DROP FUNCTION ratings_keep_criteria();"),
        *[migrations.RunSQL(ROW.format(table, when), UNDO.format(table)) for table, when in TABLES.items()],
    ]

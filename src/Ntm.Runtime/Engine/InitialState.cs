namespace Ntm.Runtime.Engine;

/// <summary>The machine's initial state, as one row of a history without steps.</summary>
internal static unsafe class InitialState
{
    public static void Fill(EngineModel model, float** parameters, IModelMemory memory, History target)
    {
        var (shape, table) = (model.Shape, model.Parameters);
        target.Arrange(1, 0);
        for (var l = 0; l < shape.Layers; l++)
        {
            Floats.Clear(target.Layer(l, 0), shape.LayerStride(l));
            if (table.Layers[l].InitialH >= 0)
                Floats.Copy(parameters[table.Layers[l].InitialH], target.Layer(l, 0), shape.Units);
            if (!shape.Controller.HasCell)
                continue;
            Floats.Clear(target.Cells(l, 0), shape.UnitsPadded);
            Floats.Copy(parameters[table.Layers[l].InitialC], target.Cells(l, 0), shape.Units);
        }

        model.Start.Fill(parameters, memory, target.Carried(0), target.Layer(0, 0) + shape.BelowColumn);
    }
}
